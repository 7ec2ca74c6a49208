"""The file of the corrections of a language: JSON lines in the folder of the corpus. Anybody may have written it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import Field, ValidationError

from silverner.dataset_cards.corrections.correction import Correction, Corrections, Tokens, span_fault
from silverner.dataset_cards.facts.base import Facts, first_error
from silverner.projection.errors import DataError
from silverner.projection.parsing import parse_json, read_text
from silverner.projection.paths import CORRECTIONS, regular_file
from silverner.projection.spans import Span

_LARGEST_FILE = 1 << 30


class _Line(Facts):
    id: str
    tokens: list[str] = Field(min_length=1)
    entities: list[tuple[int, int, str]]


def corrections_name(code: str) -> str:
    """Name the file of the corrections of a language in the folder of a corpus.

    :param code: The language.
    """
    return f"{CORRECTIONS}/{code}.jsonl"


def read_corrections(folder: Path, code: str, labels: Sequence[str]) -> Corrections | None:
    """Read the corrections of a language.

    :param folder: The folder of the corpus.
    :param code: The language.
    :param labels: The labels of the corpus.
    :returns: The corrections; ``None`` where there are none.
    :raises DataError: naming the line that is no correction, has a label that the corpus lacks, or repeats a sentence.
    """
    name = corrections_name(code)
    if not os.path.lexists(folder / name):
        return None
    path = regular_file(folder, name)
    text = read_text(path, largest=_LARGEST_FILE)
    by_tokens: dict[Tokens, Correction] = {}
    line_of: dict[Tokens, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        correction = _correction(line, f"{path}, line {number}", labels)
        if correction.tokens in by_tokens:
            first = line_of[correction.tokens]
            raise DataError(f"{path}, line {number}: line {first} corrects the same sentence; delete one of the two")
        by_tokens[correction.tokens], line_of[correction.tokens] = correction, number
    if not by_tokens:
        raise DataError(f"{path} holds no correction; delete the file")
    return Corrections(file=name, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), by_tokens=by_tokens)


def _correction(line: str, where: str, labels: Sequence[str]) -> Correction:
    """Read one line."""
    try:
        values = _Line.model_validate(parse_json(line, where=where))
    except ValidationError as error:
        raise DataError(f"{where}, {first_error(error)}; correct the line, or delete it") from error
    spans = tuple(Span(*entity) for entity in values.entities)
    if (why := span_fault(spans, values.tokens, labels)) is not None:
        raise DataError(f"{where}: {why}; correct the line, or delete it")
    return Correction(id=values.id, tokens=tuple(values.tokens), spans=spans)


def corrections_text(corrections: Iterable[Correction]) -> str:
    """Write corrections as :func:`read_corrections` reads them; their order does not depend on who came first.

    :param corrections: The corrections.
    :returns: JSON lines.
    """
    lines = [
        json.dumps(
            {"id": one.id, "tokens": one.tokens, "entities": [(s.start, s.end, s.label) for s in one.spans]},
            ensure_ascii=False,
        )
        for one in sorted(corrections, key=lambda one: (one.id, one.tokens))
    ]
    return "".join(f"{line}\n" for line in lines)
