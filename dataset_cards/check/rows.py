"""The rows of one language: unique ids, tags and spans that fit their sentences, splits apart."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq

from silverner.dataset_cards.check.finding import Finding, shortened
from silverner.dataset_cards.check.folder import Opened
from silverner.dataset_cards.check.splits import Held, check_apart, check_gold
from silverner.dataset_cards.check.totals import check_totals
from silverner.projection.spans import Span, TagError, spans_from_tags

Row = Mapping[str, Any]
_READ = {"id", "tokens", "ner_tags", "entities"}
"""Columns without which rows cannot be read."""


def check_language(opened: Opened, code: str, *, held: Held | None, spoilt: set[str]) -> list[Finding]:
    """Check the rows of one language, and the manifest's numbers of them.

    :param opened: The folder.
    :param code: The language.
    :param held: Gold sentences that must not be among the rows.
    :param spoilt: Files that are known to be broken: counts of those are not compared again.
    :returns: What is wrong.
    """
    facts = opened.languages[code]
    splits: dict[str, list[Row]] = {}
    tags: dict[str, Sequence[str]] = {}
    files = {split: part["file"] for split, part in facts["splits"].items()}
    for split, file in files.items():
        try:
            table = pq.read_table(opened.path / file)
        except (OSError, pa.ArrowException):
            continue  # check_files has said so
        if not set(table.column_names) >= _READ:
            continue  # likewise
        splits[split] = table.to_pylist()
        tags[split] = _tags(table.schema)
    found: list[Finding] = []
    for split, rows in splits.items():
        places = (_Place(opened, code, files[split], k) for k in range(len(rows)))
        faults = (f for row, place in zip(rows, places, strict=True) for f in _row(row, tags[split], place))
        found += shortened(faults)
    found += check_apart(opened, code, splits, files)
    if held is not None:
        found += check_gold(code, splits, files, held)
    if not spoilt & set(files.values()) and not found:
        found += check_totals(opened, code, splits)
    return found


def _tags(schema: pa.Schema) -> list[str]:
    """Return the names of the tags, as the file has them."""
    feature = datasets.Features.from_arrow_schema(schema).get("ner_tags")
    names: list[str] = getattr(getattr(feature, "feature", None), "names", [])
    return names


class _Place:
    """Where a row stands."""

    def __init__(self, opened: Opened, code: str, file: str, number: int) -> None:
        self._remedy, self._file, self._number = opened.rebuild(code), file, number

    def fault(self, kind: str, row: Row, says: str) -> Finding:
        """Make the finding of a fault in it."""
        where = f"{self._number} ({row.get('id')!r:.80})"
        return Finding(kind=kind, file=self._file, row=where, says=says, remedy=self._remedy)


def _row(row: Row, tags: Sequence[str], place: _Place) -> Iterator[Finding]:
    """Check one row."""
    tokens = row.get("tokens") or []
    if not isinstance(row.get("id"), str) or not row["id"]:
        yield place.fault("id", row, "it has no id")
    if not tokens or any(not isinstance(token, str) or not token.strip() for token in tokens):
        yield place.fault("tokens", row, "it has no tokens, or an empty one among them")
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
    """Check that entities lie in their sentences and say what the tags say."""
    tokens, source = len(row.get("tokens") or []), row.get("source_tokens")
    entities = row.get("entities") or []
    inside = True
    for e in entities:
        if not 0 <= e["start"] < e["end"] <= tokens:
            inside = False
            yield place.fault("span", row, f"the entity {e['start']}-{e['end']} leaves its {tokens} tokens")
        first, last = e.get("source_start"), e.get("source_end")
        if source is not None and first is not None and not 0 <= first < last <= len(source):
            yield place.fault("span", row, f"the source entity {first}-{last} leaves its {len(source)} tokens")
        for name in ("score", "confidence", "label_confidence"):
            if e.get(name) is not None and not (math.isfinite(e[name]) and e[name] >= 0):
                yield place.fault("number", row, f"the {name} of an entity is {e[name]}")
    told = sorted(Span(e["start"], e["end"], e["label"]) for e in entities)
    if inside and spans is not None and told != sorted(spans):
        yield place.fault("span", row, f"entities say {_said(told)}, the tags {_said(spans)}")


def _said(spans: Sequence[Span]) -> str:
    return ", ".join(f"{s.label} {s.start}-{s.end}" for s in spans) or "nothing"


def _source(row: Row, tags: Sequence[str], place: _Place) -> Iterator[Finding]:
    """Check the tags of the texts beside the target."""
    for text in ("source", "pivot"):
        if (numbers := row.get(f"{text}_ner_tags")) is None:
            continue
        tokens = row.get(f"{text}_tokens") or []
        if len(numbers) != len(tokens) or any(not 0 <= n < len(tags) for n in numbers):
            yield place.fault("tags", row, f"{text}: {len(numbers)} tags for {len(tokens)} tokens, or an unknown one")
            continue
        try:
            spans_from_tags([tags[n] for n in numbers])
        except TagError as error:
            yield place.fault("tags", row, f"{text} token {error.position}: {error}")


def _links(row: Row, place: _Place) -> Iterator[Finding]:
    """Check that links lie in both sentences."""
    text = row.get("alignment")
    if text is None or row.get("source_tokens") is None:
        return
    sides = len(row["source_tokens"]), len(row.get("tokens") or [])
    for link in text.split():
        found = re.fullmatch(r"(\d+)-(\d+)", link)
        if found is None or any(int(n) >= side for n, side in zip(found.groups(), sides, strict=True)):
            yield place.fault("link", row, f"the link {link!r} leaves its {sides[0]} and {sides[1]} tokens")
            return
