"""Text of the target language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from silverner.builders.recipe.schema import LanguageRecipe
from silverner.builders.sources.corpus_text import ROW_COLUMNS, CorpusText
from silverner.builders.sources.reading import entities_of, splitting_settings, tokens_of
from silverner.projection.chain import DROP
from silverner.projection.languages import Language
from silverner.projection.readers import Sentence
from silverner.projection.stages import SPANS, TOKENS

TARGET_COLUMNS: Mapping[str, pa.DataType] = {
    "target.tokens": TOKENS,
    "target.written": pa.string(),
    "target.gold": SPANS,
}


class TargetText(CorpusText):
    """Target text. Gold labels, if it has any, only measure the corpus; they are never used to make it."""

    def __init__(self, recipe: LanguageRecipe, base: Path, *, language: Language, limit: int | None = None) -> None:
        """Prepare to read a text; nothing is read yet.

        :param recipe: The recipe of one language; it has a ``target``.
        :param base: The folder its paths are relative to.
        :param language: The target language.
        :param limit: Read only the first sentences.
        """
        assert recipe.target is not None
        tagged = recipe.target.gold
        super().__init__(recipe, base, text=recipe.target, language=language, tagged=tagged, limit=limit)
        self.outputs = {**ROW_COLUMNS, **TARGET_COLUMNS}

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the rows; the labels only where they are read."""
        gold_labels = self._labels() if self._tagged else {}
        return {**super().settings(), **splitting_settings(self._language), **gold_labels, "gold": self._tagged}

    def side(self, sentence: Sentence) -> dict[str, Any]:
        """Return the columns of a target sentence."""
        tokens = tokens_of(sentence, self._language)
        return {
            "target.tokens": tokens,
            "target.written": sentence.text,
            "target.gold": entities_of(sentence, self._recipe) if self._tagged else None,
            DROP: None if tokens else "empty-target",
        }
