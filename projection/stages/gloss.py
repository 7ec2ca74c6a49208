"""Adds translations of the source entities, each translated on its own."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from silverner.projection.chain.stage import Batch, release
from silverner.projection.spans import Span
from silverner.projection.translation.glossary import Glossary, gloss_all


class Gloss:
    """Adds the words a dictionary or a translator has for every source entity, looked up without its sentence."""

    name = "gloss"
    version = 1
    inputs: tuple[str, ...] = ("source.tokens", "source.entities")
    outputs: Mapping[str, pa.DataType] = {"source.glosses": pa.list_(pa.list_(pa.string()))}

    def __init__(self, glossary: Glossary) -> None:
        """Use a glossary: a dictionary or a translator."""
        self._glossary = glossary

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings."""
        return self._glossary.settings()

    def release(self) -> None:
        """Free the memory of the engine's model."""
        release(self._glossary)

    def apply(self, batch: Batch) -> Batch:
        """Look up the entities of a batch."""
        entities = [[Span(**span) for span in spans] for spans in batch["source.entities"]]
        return {"source.glosses": gloss_all(self._glossary, batch["source.tokens"], entities)}
