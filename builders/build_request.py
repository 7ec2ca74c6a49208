"""The request for the corpus of one language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from silverner.builders.methods.table import METHODS
from silverner.builders.recipe.schema import LanguageRecipe
from silverner.dataset_cards.corrections import Corrections
from silverner.projection.languages import Language

if TYPE_CHECKING:
    from silverner.builders.methods.base import SilverBuilder


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """Asks for the corpus of one language.

    :param recipe: Everything that decides the corpus of one language.
    :param config: What the recipe calls the target language: the name of its config.
    :param base: The folder the recipe's paths are relative to.
    :param models: Folder for models that were converted.
    :param limit: Build from the first sentences only.
    :param corrections: What people corrected, if they did.
    :param allow_commands: Whether engines may run the programs that the recipe names.
    """

    recipe: LanguageRecipe
    config: str
    base: Path
    models: Path
    limit: int | None = None
    corrections: Corrections | None = None
    allow_commands: bool = False

    @property
    def language(self) -> Language:
        """The target language."""
        return self.recipe.find(self.config)

    @property
    def source(self) -> Language:
        """The source language: the one labels come from."""
        return self.language if self.recipe.source is None else self.recipe.find(self.recipe.source.language)

    @property
    def builder(self) -> type[SilverBuilder]:
        """The builder of the recipe's method."""
        return METHODS[self.recipe.method].builder_class()
