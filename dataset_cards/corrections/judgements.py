"""A table of drawn entities, in which people write whether each is right."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from silverner.dataset_cards.corrections.selection import DrawnEntity
from silverner.projection.errors import DataError
from silverner.projection.parsing import read_text
from silverner.projection.spans import Span
from silverner.projection.writers import visible_tokens

ANSWER = "right"
_PLACE = ("id", "start", "end", "label")
_HEAD = (*_PLACE, "entity", "sentence", ANSWER)
_YES, _NO = frozenset({"yes", "y", "true", "1", "right"}), frozenset({"no", "n", "false", "0", "wrong"})
_LARGEST_FILE = 1 << 26
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What people say of an entity.

    :param where: Its place in the table.
    :param id: The id of its row.
    :param span: The entity.
    :param is_right: Whether place and label are right.
    """

    where: str
    id: str
    span: Span
    is_right: bool


def judgement_table(entities: Iterable[DrawnEntity]) -> str:
    """Write drawn entities as CSV, with an empty column for the answers.

    No cell of words begins with a sign that a spreadsheet takes for a formula.

    :param entities: The entities.
    :returns: The table.
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(_HEAD)
    for one in entities:
        tokens, span = visible_tokens(one.row.tokens), one.span
        entity = " ".join(tokens[span.start : span.end])
        context = [*tokens[: span.start], f"[[ {entity} ]]", *tokens[span.end :]]
        writer.writerow(
            [one.row.id, span.start, span.end, span.label, f"[[ {entity} ]]", f"{span.label}: {' '.join(context)}", ""]
        )
    return table.getvalue()


def is_judgement_table(path: Path) -> bool:
    """Tell whether a file is a table of judged entities, and not one of labelled sentences.

    :param path: The file.
    """
    return path.suffix.casefold() == ".csv"


def read_judgements(path: Path) -> list[Judgement]:
    """Read a table that people have filled in.

    :param path: The table; a spreadsheet may have written it with semicolons or tabs.
    :returns: Every judgement.
    :raises DataError: when a column is missing, or an entity has no answer.
    """
    text = read_text(path, largest=_LARGEST_FILE)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    if missing := [name for name in (*_PLACE, ANSWER) if name not in (reader.fieldnames or ())]:
        raise DataError(
            f"{path}: the column {missing[0]!r} is missing; silverner sample --by entity writes such tables"
        )
    judgements, faults = [], []
    try:
        for row in reader:
            try:
                judgements.append(_judgement(row, f"{path}, line {reader.line_num}"))
            except DataError as error:
                faults.append(str(error))
    except csv.Error as error:
        raise DataError(f"{path}, line {reader.line_num}: {error}") from error
    if faults:
        more = [f"and {len(faults) - _MOST_NAMED} more"] if len(faults) > _MOST_NAMED else []
        raise DataError("\n- ".join(["an estimate needs every answer:", *faults[:_MOST_NAMED], *more]))
    return judgements


def _judgement(row: dict[str, str | None], where: str) -> Judgement:
    """Read a line of the table."""
    answer = (row[ANSWER] or "").strip().casefold()
    if answer not in _YES | _NO:
        raise DataError(f"{where}: the column {ANSWER!r} is {row[ANSWER] or ''!r:.40}; write yes or no")
    start, end = (row["start"] or "").strip(), (row["end"] or "").strip()
    if not (start.isdecimal() and end.isdecimal() and row["id"] and row["label"]):
        raise DataError(
            f"{where}: id, start, end and label are not those of an entity; leave them as they were written"
        )
    span = Span(int(start), int(end), row["label"].strip())
    return Judgement(where=where, id=row["id"], span=span, is_right=answer in _YES)


def repeated(judgements: Sequence[Judgement]) -> Iterator[str]:
    """Find entities that are judged twice.

    :param judgements: All judgements.
    :returns: The place of every second judgement.
    """
    place_of: dict[tuple[str, Span], str] = {}
    for one in judgements:
        first = place_of.setdefault((one.id, one.span), one.where)
        if first != one.where:
            yield f"{one.where}: {first} judges the same entity"
