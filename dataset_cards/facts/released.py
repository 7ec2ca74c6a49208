"""The facts that two releases are compared by; they are the same in every version of silverner."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import AfterValidator, ValidationError
from pydantic_core import PydanticCustomError

from silverner.dataset_cards.facts.base import Count, Facts, Version, first_error, language_of
from silverner.dataset_cards.facts.language import Features
from silverner.dataset_cards.facts.manifest import MANIFEST
from silverner.projection.errors import DataError
from silverner.projection.parsing.names import FileName, LanguageCode


class ReleasedFile(Facts):
    """A Parquet file, or the first of several ``parts``, with the rows and the hash of all."""

    file: FileName
    rows: Count
    sha256: str
    parts: list[ReleasedFile] | None = None

    @property
    def files(self) -> list[ReleasedFile]:
        """Every file of the split."""
        return self.parts or [self]


class ReleasedCounts(Facts):
    """The entities of a language by label."""

    entities: dict[str, Count]


def _with_labels(recipe: dict[str, Any]) -> dict[str, Any]:
    labels = recipe.get("labels")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise PydanticCustomError("labels", "the labels are missing or no list of names")
    return recipe


class ReleasedLanguage(Facts):
    """One language of a release."""

    version: Version
    counts: ReleasedCounts
    features: Features
    recipe: Annotated[dict[str, Any], AfterValidator(_with_labels)]
    splits: dict[str, ReleasedFile]


class ReleasedFacts(Facts):
    """A release, as far as it is compared with another."""

    name: str
    languages: dict[LanguageCode, ReleasedLanguage]

    @classmethod
    def of(cls, manifest: Any) -> Self:
        """Read a manifest of any version of silverner.

        :param manifest: The manifest, as JSON has it.
        :returns: The facts that releases are compared by.
        :raises DataError: when a fact is missing or of the wrong kind.
        """
        try:
            return cls.model_validate(manifest)
        except ValidationError as error:
            raise DataError(
                f"{MANIFEST}, {first_error(error)}. Releases are compared by facts only. Build this language again: "
                f"silverner build RECIPE --lang {language_of(error)}"
            ) from error
