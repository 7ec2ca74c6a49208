"""What a builder is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from silverner.builders.recipe.schema import LanguageRecipe
from silverner.projection.languages import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a builder is asked for.

    :param recipe: Everything that decides the corpus of one language.
    :param config: What the recipe calls the target language: the name of its config.
    :param base: The folder the recipe's paths are relative to.
    :param models: Folder for models that were converted.
    :param limit: Build from the first sentences only.
    """

    recipe: LanguageRecipe
    config: str
    base: Path
    models: Path
    limit: int | None = None

    @property
    def language(self) -> Language:
        """The target language."""
        return self.recipe.find(self.config)

    @property
    def source(self) -> Language:
        """The source language: the one labels come from."""
        return self.language if self.recipe.source is None else self.recipe.find(self.recipe.source.language)
