"""What the source entities are called in the target language, asked of each on its own."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from silverner.projection.chain.stage import Batch, release
from silverner.projection.spans import Span
from silverner.projection.translation.glossary import Glossary, gloss_all


class Gloss:
    """Words for every entity of the source, as a dictionary or a translator gives them without the sentence."""

    name = "gloss"
    version = 1
    inputs: tuple[str, ...] = ("source.tokens", "source.entities")
    outputs: Mapping[str, pa.DataType] = {"source.glosses": pa.list_(pa.list_(pa.string()))}

    def __init__(self, glossary: Glossary) -> None:
        """Use a dictionary or a translator."""
        self._glossary = glossary

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings."""
        return self._glossary.settings()

    def release(self) -> None:
        """Let the engine's model go."""
        release(self._glossary)

    def apply(self, batch: Batch) -> Batch:
        """Ask about the entities of a batch."""
        entities = [[Span(**span) for span in spans] for spans in batch["source.entities"]]
        return {"source.glosses": gloss_all(self._glossary, batch["source.tokens"], entities)}
