"""What a builder is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from builders.schema import LanguageRecipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a builder is asked for.

    :param recipe: Everything that decides the corpus of one language.
    :param language: Code of the target language.
    :param base: The folder the recipe's paths are relative to.
    :param models: Folder for models that were converted.
    :param limit: Build from the first sentences only.
    """

    recipe: LanguageRecipe
    language: str
    base: Path
    models: Path
    limit: int | None = None

    @property
    def source(self) -> str:
        """Code of the source language: the one labels come from."""
        return self.language if self.recipe.source is None else self.recipe.source.language
