"""A corpus as a page shows it: what its manifest says, and its rows batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
from pydantic import Field, ValidationError

from silverner.dataset_cards.columns import tables_of
from silverner.dataset_cards.corrections import HUMAN_ENTITIES
from silverner.dataset_cards.facts.base import Count, Facts, first_error, language_of
from silverner.dataset_cards.facts.language import Language
from silverner.dataset_cards.facts.manifest import MANIFEST, manifest_values
from silverner.dataset_cards.facts.released import ReleasedCounts, ReleasedLanguage
from silverner.dataset_cards.view.gold import Gold
from silverner.projection.errors import DataError, UsageError, nearest
from silverner.projection.parsing.names import LanguageCode
from silverner.projection.paths import regular_file
from silverner.projection.spans import tag_names

_COLUMNS = ("id", "tokens", "ner_tags", HUMAN_ENTITIES, "source_tokens", "source_ner_tags", "alignment", "entities",
            "score", "flags", "pivot_tokens", "pivot_ner_tags", "marker_faults")  # fmt: skip
"""The columns that a page shows; the probabilities of teachers and labellers would need more space than all others."""
_REQUIRED_COLUMNS = ("id", "tokens", "ner_tags", "entities")
_BATCH = 2000


class ViewedCounts(ReleasedCounts):
    """What became of the sentences of a language, as far as its manifest says so."""

    input: Count | None = None
    dropped: dict[str, Count] = Field(default_factory=dict)
    flags: dict[str, Count] = Field(default_factory=dict)


class ViewedLanguage(ReleasedLanguage):
    """One language of a corpus. Manifests of earlier versions of silverner lack some of it."""

    counts: ViewedCounts
    language: Language | None = None
    source_language: Language | None = None

    @property
    def rows(self) -> int:
        """The sentences of all splits."""
        return sum(part.rows for part in self.splits.values())


class _ViewedFacts(Facts):
    name: str
    languages: dict[LanguageCode, ViewedLanguage] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class ViewedCorpus:
    """A corpus to show.

    :param path: Its folder.
    :param name: Its name.
    :param languages: What the manifest says of every language.
    :param gold: Gold labels of its sentences, to show beside its own; ``None`` where nobody gave any.
    """

    path: Path
    name: str
    languages: dict[str, ViewedLanguage]
    gold: Gold | None = None

    @classmethod
    def of_folder(cls, path: Path, *, codes: list[str] | None = None, gold: Gold | None = None) -> Self:
        """Read the manifest of a corpus folder.

        :param path: The folder.
        :param codes: The languages to show; all if left out.
        :param gold: Gold labels of its sentences.
        :returns: The corpus.
        :raises DataError: when a fact is missing or of the wrong kind.
        :raises UsageError: when it does not have such a language.
        """
        try:
            facts = _ViewedFacts.model_validate(manifest_values(path))
        except ValidationError as error:
            raise DataError(
                f"{path}: {MANIFEST}, {first_error(error)}. Build this language again: "
                f"silverner build RECIPE --lang {language_of(error)}"
            ) from error
        for code in codes or ():
            if code not in facts.languages:
                raise UsageError(f"{path} has no language {code!r:.60}; {nearest(code, facts.languages)}")
        chosen = {code: one for code, one in facts.languages.items() if not codes or code in codes}
        return cls(path, facts.name, chosen, gold)

    def batches(self, code: str) -> Iterator[tuple[str, pa.Table]]:
        """Read the rows of a language, some at a time.

        :param code: The language.
        :returns: For every batch its split, and the columns that a page shows.
        :raises DataError: when a file cannot be read, or a column is of another kind.
        """
        for split, files in self.languages[code].splits.items():
            for file in (regular_file(self.path, part.file) for part in files.files):
                advice = f"run silverner check {self.path}"
                tables = tables_of(file, _COLUMNS, required=_REQUIRED_COLUMNS, at_once=_BATCH, advice=advice)
                yield from ((split, table) for table in tables)

    def tags(self, code: str) -> list[str]:
        """Name the tags of a language by their numbers."""
        return tag_names(list(self.languages[code].recipe["labels"]))

    def place(self, code: str, row: Any) -> str:
        """Name a row for an error message."""
        return f"{self.path}, {code}, row {row!r:.80}"
