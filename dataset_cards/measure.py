"""What can be measured on published rows, by the build that writes them and by the check that reads them again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]
BINS = 10
SAMPLES = 3
LONGEST = 30
"""Tokens a sample may have where there are enough such rows."""
_SURE = {
    "confidence": "that the boundaries are right",
    "label_confidence": "of the labeller that the entity is one",
}
"""Columns of an entity that hold a probability, the one to prefer first, and of what it is one."""


def sureness(entity: Row) -> tuple[str, float] | None:
    """Return how sure an entity is.

    :param entity: As published.
    :returns: The name of the probability and its value; ``None`` where the way it was made knows of none.

    >>> sureness({"score": 1.2, "label_confidence": 0.5, "confidence": 0.9})
    ('confidence', 0.9)
    """
    return next(((name, entity[name]) for name in _SURE if entity.get(name) is not None), None)


def meaning(name: str) -> str:
    """Say what a probability is one of.

    :param name: As :func:`sureness` names it.
    :returns: The end of a sentence.
    """
    return _SURE[name]


def measure(splits: Mapping[str, Iterable[Row]]) -> dict[str, Any]:
    """Measure the rows of a language.

    :param splits: The rows of every split.
    :returns: ``tokens``, ``labelled`` (sentences with an entity) and ``confidence``: what the probability is called,
        its mean, and how many entities have one in each tenth from 0 to 1; ``None`` where no entity has one.
    """
    tokens = labelled = 0
    found: dict[str, list[float]] = {}
    for rows in splits.values():
        for row in rows:
            tokens += len(row["tokens"])
            labelled += bool(row["entities"])
            for name, value in filter(None, map(sureness, row["entities"])):
                found.setdefault(name, []).append(value)
    return {"tokens": tokens, "labelled": labelled, "confidence": _confidence(found)}


def _confidence(found: Mapping[str, list[float]]) -> dict[str, Any] | None:
    if not found:
        return None
    name = next(name for name in _SURE if name in found)
    values = found[name]
    bins = [0] * BINS
    for value in values:
        bins[min(int(value * BINS), BINS - 1)] += 1
    return {"name": name, "mean": round(sum(values) / len(values), 6), "bins": bins}


def samples(splits: Mapping[str, Iterable[Row]]) -> list[dict[str, Any]]:
    """Draw rows to show, as if by lot: those of the first split whose ids have the lowest hashes.

    Rows with entities and at most :data:`LONGEST` tokens come first, so that there is something to see.

    :param splits: The rows of every split.
    :returns: At most :data:`SAMPLES` rows.
    """
    split, rows = next(iter(splits.items()))
    drawn = sorted(rows, key=lambda row: (not row["entities"], len(row["tokens"]) > LONGEST, _lot(row["id"])))
    return [{"split": split, **_shown(row)} for row in drawn[:SAMPLES]]


def _lot(identity: str) -> str:
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()


def _shown(row: Row) -> dict[str, Any]:
    """Pick what is shown of a row."""
    spans = [[e["start"], e["end"], e["label"]] for e in row["entities"]]
    shown = {"id": row["id"], "tokens": list(row["tokens"]), "spans": sorted(spans)}
    if row.get("source_tokens") is not None:
        sides = {(e["source_start"], e["source_end"], e["label"]) for e in row["entities"] if "source_start" in e}
        shown |= {"source_tokens": list(row["source_tokens"]), "source_spans": sorted(map(list, sides))}
    return shown
