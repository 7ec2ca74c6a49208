"""The manifest of a corpus folder: the facts of the corpus as JSON, written once and read once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import Field, ValidationError

from silverner.dataset_cards.facts.base import Facts, first_error, language_of
from silverner.dataset_cards.facts.language import LanguageFacts
from silverner.projection.errors import DataError
from silverner.projection.parsing import read_json
from silverner.projection.parsing.names import CorpusName, LanguageCode
from silverner.projection.paths import regular_file

MANIFEST = "manifest.json"
LAYOUT = 3
"""The layout of a corpus folder; it grows when a key of the manifest changes its name or its meaning."""
_MOST_LANGUAGES = 2000
"""More would not fit on the plot, and no corpus of languages has as many."""


class CorpusHead(Facts):
    """What a manifest says of a corpus as a whole.

    :param layout: The layout of its folder.
    :param name: Its name.
    :param languages: Its configs, whose facts are not looked at.
    :param repo_id: The dataset repository it is published in, where it is.
    """

    absent: ClassVar[frozenset[str]] = frozenset({"repo_id"})
    layout: int = LAYOUT
    name: CorpusName
    languages: dict[LanguageCode, Any]
    repo_id: str | None = Field(default=None, pattern=r"^[\w.-]+/[\w.-]+$")


class CorpusFacts(CorpusHead):
    """A corpus.

    :param languages: The facts of every config.
    """

    languages: dict[LanguageCode, LanguageFacts] = Field(min_length=1, max_length=_MOST_LANGUAGES)

    @classmethod
    def of(cls, manifest: Any) -> Self:
        """Read the facts of a manifest.

        :param manifest: The manifest, as JSON has it.
        :returns: The facts.
        :raises DataError: when a fact is missing or of the wrong kind, or another version of silverner wrote them.
        """
        refuse_layout(manifest)
        try:
            return cls.model_validate(manifest)
        except ValidationError as error:
            raise DataError(
                f"{MANIFEST}, {first_error(error)}. A card is made from facts only. Build this language again: "
                f"silverner build RECIPE --lang {language_of(error)}"
            ) from error

    @property
    def version(self) -> str:
        """The newest version of its languages."""
        return max((facts.version for facts in self.languages.values()), key=lambda v: tuple(map(int, v.split("."))))

    @property
    def labels(self) -> list[str]:
        """The labels of all languages."""
        return list(dict.fromkeys(label for facts in self.languages.values() for label in facts.counts.entities))

    @property
    def total_rows(self) -> int:
        """The rows of all languages."""
        return sum(split.rows for facts in self.languages.values() for split in facts.splits.values())


def refuse_layout(manifest: Any) -> None:
    """Refuse a manifest that another version of silverner wrote.

    :param manifest: The manifest, as JSON has it.
    :raises DataError: when its layout is another one.
    """
    if not isinstance(manifest, Mapping):
        raise DataError(f"{MANIFEST} holds {manifest!r:.60}, and no facts of a corpus")
    layout = manifest.get("layout")
    if type(layout) is not int or layout != LAYOUT:
        raise DataError(
            f"{MANIFEST} was written by another version of silverner (layout {layout!r:.20}, now {LAYOUT}); the "
            "card names that version"
        )


def manifest_text(facts: CorpusFacts) -> str:
    """Write a manifest.

    :param facts: The facts of the corpus.
    :returns: JSON.
    """
    return json.dumps(facts.to_json(), indent=1, ensure_ascii=False) + "\n"


def manifest_values(folder: Path) -> Any:
    """Read the JSON of a manifest.

    :param folder: A corpus folder.
    :returns: What the JSON says; none of it is checked.
    :raises MissingFileError: when there is no manifest.
    :raises DataError: when it is no plain file, or no JSON.
    """
    file = regular_file(folder, MANIFEST)
    try:
        return read_json(file)
    except DataError as error:
        raise DataError(f"{MANIFEST} is damaged ({error}); build the corpus again") from error


def read_manifest(folder: Path) -> CorpusFacts:
    """Read the manifest of a corpus folder.

    :param folder: The folder.
    :returns: The facts.
    :raises DataError: when the file is no JSON, or a fact is missing or of the wrong kind.
    """
    return CorpusFacts.of(manifest_values(folder))
