"""What can be measured on published rows: a build measures them, and the check measures them again."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Mapping
from heapq import nsmallest
from typing import Any

from silverner.dataset_cards.corrections.labels import published_entities
from silverner.dataset_cards.facts import BINS, ConfidenceFacts, ProbabilityName, RowFacts, SampleRow

Row = Mapping[str, Any]
SAMPLES = 3
LONGEST = 30
"""The most tokens of a sample, as long as there are enough rows that short."""
LONGEST_RAW_ROW = 8000
"""The most characters of a row that is shown as it is."""
PROBABILITIES: dict[ProbabilityName, str] = {
    "confidence": "that the entity is right, with its boundaries and label, if the source entity is",
    "label_confidence": "that the labeller gave to the entity",
}
"""Names the probability columns of an entity, best first, and says what each one is a probability of."""


def confidence_of(entity: Row) -> tuple[ProbabilityName, float] | None:
    """Return the best probability of an entity.

    :param entity: As published.
    :returns: The name of its column and the probability; ``None`` where the entity has none.

    >>> confidence_of({"score": 1.2, "label_confidence": 0.5, "confidence": 0.9})
    ('confidence', 0.9)
    """
    return next(((name, entity[name]) for name in PROBABILITIES if entity.get(name) is not None), None)


def meaning(name: ProbabilityName) -> str:
    """Say what a probability column is a probability of.

    :param name: The column, as :func:`confidence_of` names it.
    :returns: The end of a sentence that begins with "the probability".
    """
    return PROBABILITIES[name]


def measure(splits: Mapping[str, Iterable[Row]]) -> RowFacts:
    """Measure the rows of a language.

    :param splits: The rows of every split.
    :returns: Tokens, sentences with an entity, and the confidence of the entities.
    """
    tokens = labelled = 0
    probabilities: dict[ProbabilityName, array[float]] = {}
    for rows in splits.values():
        for row in rows:
            tokens += len(row["tokens"])
            labelled += bool(row["entities"])
            for name, value in filter(None, map(confidence_of, row["entities"])):
                probabilities.setdefault(name, array("d")).append(value)
    return RowFacts(tokens=tokens, labelled=labelled, confidence=_summary(probabilities))


def _summary(probabilities: Mapping[ProbabilityName, array[float]]) -> ConfidenceFacts | None:
    """Summarise the best probability that any entity has."""
    if not probabilities:
        return None
    name = next(name for name in PROBABILITIES if name in probabilities)
    values = probabilities[name]
    bins = [0] * BINS
    for value in values:
        bins[min(int(value * BINS), BINS - 1)] += 1
    return ConfidenceFacts(name=name, mean=round(sum(values) / len(values), 6), bins=bins)


def samples(splits: Mapping[str, Iterable[Row]]) -> list[SampleRow]:
    """Draw rows to show: those of the first split whose ids have the lowest hashes.

    Rows with entities and with at most :data:`LONGEST` tokens come first, so that a reader sees entities.

    :param splits: The rows of every split.
    :returns: At most :data:`SAMPLES` rows.
    """
    split, rows = next(iter(splits.items()))
    first = nsmallest(
        SAMPLES, rows, key=lambda row: (not published_entities(row), len(row["tokens"]) > LONGEST, _hash(row["id"]))
    )
    return [_sample(split, row) for row in first]


def raw_row(row: Row) -> dict[str, Any] | None:
    """Write a row as JSON has it.

    :param row: A row with all its columns.
    :returns: Its values; ``None`` where they are too many to be shown.
    """
    text = json.dumps(row, default=float)
    values: dict[str, Any] = json.loads(text)
    return values if len(text) <= LONGEST_RAW_ROW else None


def _hash(row_id: str) -> str:
    return hashlib.sha256(row_id.encode("utf-8", "surrogatepass")).hexdigest()


def _sample(split: str, row: Row) -> SampleRow:
    """Pick what is shown of a row."""
    spans = sorted((e["start"], e["end"], e["label"]) for e in published_entities(row))
    sample = SampleRow(split=split, id=row["id"], tokens=list(row["tokens"]), spans=spans)
    if row.get("source_tokens") is None:
        return sample
    source_spans = {(e["source_start"], e["source_end"], e["label"]) for e in row["entities"] if "source_start" in e}
    return sample.model_copy(update={"source_tokens": list(row["source_tokens"]), "source_spans": sorted(source_spans)})
