"""What a labeller found, less what it cannot have understood."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa

from silverner.projection.chain.stage import Batch
from silverner.projection.scoring.capitalisation import NAME_LABELS, letter_case
from silverner.projection.stages.columns import SPANS


class DropCopies:
    """The entities a labeller found in a translation, without words the translator copied in small letters.

    A tagger takes a foreign word for a name. A copy keeps its case, so a copied word in small letters is none: it is
    cut off both ends of an entity, and one that has nothing else is none. Inside it may be a particle, and stays.
    """

    name = "drop-copies"
    version = 1

    def __init__(self, *, text: str = "source", copies: bool = False) -> None:
        """Choose a text, and whether a translator says which of its words are copies that shall be cut off."""
        self._text, self._copies = text, copies
        found = (f"{text}.tagger_entities", f"{text}.tagger_confidence")
        self.inputs: tuple[str, ...] = (*found, *((f"{text}.tokens", f"{text}.unknown") if copies else ()))
        self.outputs: Mapping[str, pa.DataType] = {
            f"{text}.entities": SPANS,
            f"{text}.confidence": pa.list_(pa.float64()),
            f"{text}.copies": pa.int32(),
        }

    def settings(self) -> Mapping[str, object]:
        """Return whether copies are cut off."""
        return {"copies": self._copies}

    def apply(self, batch: Batch) -> Batch:
        """Look at every sentence; the number of entities that were only copies is kept."""
        rows = list(zip(*(batch[name] for name in self.inputs), strict=True))
        kept = [_trusted(*row) if self._copies else [*zip(*row, strict=True)] for row in rows]
        return {
            f"{self._text}.entities": [[entity for entity, _ in row] for row in kept],
            f"{self._text}.confidence": [[sure for _, sure in row] for row in kept],
            f"{self._text}.copies": [len(found[0]) - len(row) for found, row in zip(rows, kept, strict=True)],
        }


def _trusted(
    found: Sequence[Mapping[str, Any]], confidence: Sequence[float], tokens: Sequence[str], unknown: Collection[int]
) -> list[tuple[Mapping[str, Any], float]]:
    """Cut copies in small letters off the ends of names."""
    copies = {k for k in unknown if letter_case(tokens[k]) == "small"}
    kept: list[tuple[Mapping[str, Any], float]] = []
    for entity, sure in zip(found, confidence, strict=True):
        start, end = entity["start"], entity["end"]
        while entity["label"] in NAME_LABELS and start < end and start in copies:
            start += 1
        while entity["label"] in NAME_LABELS and start < end and end - 1 in copies:
            end -= 1
        if start < end:
            kept.append(({**entity, "start": start, "end": end}, sure))
    return kept
