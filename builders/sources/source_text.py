"""Text of the source language, with labels or without."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from silverner.builders.recipe.schema import LanguageRecipe
from silverner.builders.sources.corpus_text import ROW_COLUMNS, CorpusText
from silverner.builders.sources.reading import entities_of, splitting_settings, tokens_of
from silverner.projection.chain import DROP
from silverner.projection.readers import Sentence
from silverner.projection.stages import SPANS, TOKENS

SOURCE_COLUMNS: Mapping[str, pa.DataType] = {"source.tokens": TOKENS, "source.written": pa.string()}
LABEL_COLUMNS: Mapping[str, pa.DataType] = {"source.entities": SPANS}


class SourceText(CorpusText):
    """Source text. Its labels are mapped to those of the recipe; where an engine labels the text, they are not read."""

    def __init__(self, recipe: LanguageRecipe, base: Path, *, limit: int | None = None) -> None:
        """Prepare to read a text; nothing is read yet.

        :param recipe: The recipe of one language; its ``source`` has files.
        :param base: The folder its paths are relative to.
        :param limit: Read only the first sentences.
        """
        assert recipe.source is not None
        language, tagged = recipe.find(recipe.source.language), recipe.labeller is None
        super().__init__(recipe, base, text=recipe.source, language=language, tagged=tagged, limit=limit)
        self.outputs = {**ROW_COLUMNS, **SOURCE_COLUMNS, **(LABEL_COLUMNS if self._tagged else {})}

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the rows; the labels only where they are read."""
        reading = self._labels() if self._tagged else splitting_settings(self._language)
        return {**super().settings(), **reading}

    def side(self, sentence: Sentence) -> dict[str, Any]:
        """Return the columns of a source sentence."""
        tokens = tokens_of(sentence, self._language)
        labels = {"source.entities": entities_of(sentence, self._recipe)} if self._tagged else {}
        return {
            "source.tokens": tokens,
            "source.written": sentence.text,
            **labels,
            DROP: None if tokens else "empty-source",
        }
