"""Checks the rows of one language: ids are unique, tags and spans fit their sentences, no sentence is in two splits."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from silverner.dataset_cards.check.corrections import check_corrections
from silverner.dataset_cards.check.finding import Finding, shortened
from silverner.dataset_cards.check.folder import CheckedFolder
from silverner.dataset_cards.check.split_rows import CheckedFile, checked_files
from silverner.dataset_cards.check.splits import GoldSentences, check_duplicates, check_gold
from silverner.dataset_cards.check.totals import RowTotals, check_totals
from silverner.dataset_cards.corrections import HUMAN_ENTITIES, published_entities
from silverner.dataset_cards.measure import Row
from silverner.projection.spans import Span, TagError, spans_from_tags


def check_language(
    folder: CheckedFolder, code: str, *, gold: GoldSentences | None, broken_files: set[str]
) -> list[Finding]:
    """Check the rows of one language, and the numbers of the manifest about them.

    :param folder: The folder.
    :param code: The language.
    :param gold: Gold sentences that must not be among the rows.
    :param broken_files: Files with a fault already; their rows are not counted again.
    :returns: What is wrong.
    """
    files = folder.languages[code].splits
    findings: list[Finding] = []
    splits = {split: checked_files(folder, code, part.files, findings) for split, part in files.items()}
    totals = RowTotals()
    for file in (file for split in splits.values() for file in split):
        findings += shortened(_file(file, code, totals))
    findings += check_duplicates(folder, code, splits)
    findings += check_corrections(folder, code, splits)
    if gold is not None:
        findings += check_gold(splits, gold)
    if not broken_files & folder.languages[code].row_files and not findings:
        findings += check_totals(folder, code, totals)
    return findings


def _file(file: CheckedFile, code: str, totals: RowTotals) -> Iterator[Finding]:
    """Check and count the rows of a file."""
    for number, row in enumerate(file.rows()):
        totals.add(row)
        yield from _row(row, file.tags, _Place(file.folder, code, file.name, number))


class _Place:
    """The place of a row: its file and its number."""

    def __init__(self, folder: CheckedFolder, code: str, file: str, number: int) -> None:
        self._remedy, self._file, self._number = folder.rebuild(code), file, number

    def fault(self, kind: str, row: Row, says: str) -> Finding:
        """Describe a fault of the row."""
        where = f"{self._number} ({row.get('id')!r:.80})"
        return Finding(kind=kind, file=self._file, row=where, says=says, remedy=self._remedy)


def _row(row: Row, tags: Sequence[str], place: _Place) -> Iterator[Finding]:
    """Check one row."""
    tokens = row.get("tokens") or []
    if not isinstance(row.get("id"), str) or not row["id"]:
        yield place.fault("id", row, "it has no id")
    if not tokens or any(not isinstance(token, str) or not token.strip() for token in tokens):
        yield place.fault("tokens", row, "it has no tokens, or one of them is empty")
    numbers = row.get("ner_tags") or []
    spans = None
    if len(numbers) != len(tokens):
        yield place.fault("tags", row, f"{len(numbers)} tags for {len(tokens)} tokens")
    elif any(not isinstance(n, int) or not 0 <= n < len(tags) for n in numbers):
        yield place.fault("tags", row, f"a tag number outside 0 to {len(tags) - 1}: {numbers}")
    else:
        try:
            spans = spans_from_tags([tags[n] for n in numbers])
        except TagError as error:
            yield place.fault("tags", row, f"token {error.position}: {error}")
    yield from _entities(row, spans, place)
    yield from _source(row, tags, place)
    yield from _links(row, place)


def _entities(row: Row, spans: Sequence[Span] | None, place: _Place) -> Iterator[Finding]:
    """Check that entities lie within their sentences and are those of the tags."""
    tokens, source = len(row.get("tokens") or []), row.get("source_tokens")
    entities = row.get("entities") or []
    published = published_entities(row)
    all_inside = True
    for e in row.get(HUMAN_ENTITIES) or ():
        if not 0 <= e["start"] < e["end"] <= tokens:
            all_inside = False
            says = f"the entity {e['start']}-{e['end']} that people see is outside its {tokens} tokens"
            yield place.fault("span", row, says)
    for e in entities:
        if not 0 <= e["start"] < e["end"] <= tokens:
            all_inside = False
            yield place.fault("span", row, f"the entity {e['start']}-{e['end']} is outside its {tokens} tokens")
        first, last = e.get("source_start"), e.get("source_end")
        if source is not None and None not in (first, last) and not 0 <= first < last <= len(source):
            yield place.fault("span", row, f"the source entity {first}-{last} is outside its {len(source)} tokens")
        for name in ("score", "confidence", "label_confidence"):
            if e.get(name) is not None and not (math.isfinite(e[name]) and e[name] >= 0):
                yield place.fault("number", row, f"the {name} of an entity is {e[name]}")
    entity_spans = sorted(Span(e["start"], e["end"], e["label"]) for e in published)
    if all_inside and spans is not None and entity_spans != sorted(spans):
        yield place.fault("span", row, f"the entities are {_listed(entity_spans)}, by the tags {_listed(spans)}")


def _listed(spans: Sequence[Span]) -> str:
    return ", ".join(f"{s.label} {s.start}-{s.end}" for s in spans) or "nothing"


def _source(row: Row, tags: Sequence[str], place: _Place) -> Iterator[Finding]:
    """Check the tags of the source and the pivot text."""
    for text in ("source", "pivot"):
        if (numbers := row.get(f"{text}_ner_tags")) is None:
            continue
        tokens = row.get(f"{text}_tokens") or []
        if len(numbers) != len(tokens) or any(not 0 <= n < len(tags) for n in numbers):
            yield place.fault("tags", row, f"{text}: {len(numbers)} tags for {len(tokens)} tokens, or an unknown tag")
            continue
        try:
            spans_from_tags([tags[n] for n in numbers])
        except TagError as error:
            yield place.fault("tags", row, f"{text} token {error.position}: {error}")


def _links(row: Row, place: _Place) -> Iterator[Finding]:
    """Check that links lie within both sentences."""
    text = row.get("alignment")
    if text is None or row.get("source_tokens") is None:
        return
    sides = len(row["source_tokens"]), len(row.get("tokens") or [])
    for link in text.split():
        match = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", link)
        if match is None or any(int(n) >= side for n, side in zip(match.groups(), sides, strict=True)):
            yield place.fault("link", row, f"the link {link!r:.40} is outside its {sides[0]} and {sides[1]} tokens")
            return
