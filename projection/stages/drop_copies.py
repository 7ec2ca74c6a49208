"""Cuts words that a translator only copied off the entities of a labeller."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pyarrow as pa

from silverner.projection.chain.stage import Batch
from silverner.projection.scoring.capitalisation import letter_case, name_kind, other_names
from silverner.projection.stages.columns import SPANS, rows_of


class DropCopies:
    """Takes the entities of a labeller, and cuts copied words in small letters off the names.

    A labeller takes a foreign word for a name. A copied word keeps its case, so one in small letters is not a name.
    It is cut off both ends of an entity; an entity of such words alone is dropped. Inside an entity it stays: it may be
    a particle.
    """

    name = "drop-copies"
    version = 1

    def __init__(self, *, text: str = "source", copies: bool = False, labels: Collection[str] = ()) -> None:
        """Choose a text.

        :param text: The text.
        :param copies: Whether to cut off words that a translator copied; otherwise all entities stay as they are.
        :param labels: The labels of the corpus; those of names in other words are part of the settings.
        """
        self._other_names = other_names(labels) if copies else {}
        self._text, self._copies = text, copies
        copied = (f"{text}.tokens", f"{text}.unknown") if copies else ()
        self.inputs: tuple[str, ...] = (f"{text}.tagger_entities", f"{text}.tagger_confidence", *copied)
        self.outputs: Mapping[str, pa.DataType] = {
            f"{text}.entities": SPANS,
            f"{text}.confidence": pa.list_(pa.float64()),
            f"{text}.copies": pa.int32(),
        }

    def settings(self) -> Mapping[str, object]:
        """Return whether copies are cut off, and which labels are names in other words than the usual ones."""
        return {"copies": self._copies, **({"names": self._other_names} if self._other_names else {})}

    def apply(self, batch: Batch) -> Batch:
        """Cut every sentence's entities, and count those that were only copies."""
        text = self._text
        output: Batch = {name: [] for name in self.outputs}
        for row in rows_of(batch, self.inputs):
            entities = list(zip(row[f"{text}.tagger_entities"], row[f"{text}.tagger_confidence"], strict=True))
            if self._copies:
                tokens = row[f"{text}.tokens"]
                copies = {k for k in row[f"{text}.unknown"] if letter_case(tokens[k]) == "small"}
                trimmed = [(_trim(entity, copies), confidence) for entity, confidence in entities]
            else:
                trimmed = entities
            remaining = [(entity, confidence) for entity, confidence in trimmed if entity is not None]
            output[f"{text}.entities"].append([entity for entity, _ in remaining])
            output[f"{text}.confidence"].append([confidence for _, confidence in remaining])
            output[f"{text}.copies"].append(len(entities) - len(remaining))
        return output


def _trim(entity: Mapping[str, Any], copies: set[int]) -> Mapping[str, Any] | None:
    """Cut copied words off the ends of a name; ``None`` when nothing remains."""
    start, end = entity["start"], entity["end"]
    if name_kind(entity["label"]) is not None:
        while start < end and start in copies:
            start += 1
        while start < end and end - 1 in copies:
            end -= 1
    return {**entity, "start": start, "end": end} if start < end else None
