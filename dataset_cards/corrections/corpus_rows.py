"""The rows of one language of a corpus folder, as people are asked to correct or to judge them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.dataset_cards.columns import tables_of
from silverner.dataset_cards.corrections.correction import Tokens
from silverner.dataset_cards.corrections.labels import HUMAN_ENTITIES, spans_of
from silverner.dataset_cards.facts import LanguageFacts, read_manifest
from silverner.projection.errors import MissingFileError, UsageError, nearest
from silverner.projection.languages import Language
from silverner.projection.paths import regular_file
from silverner.projection.spans import Span

_COLUMNS = ("id", "tokens", "entities")
_SOURCE = "source_tokens"
_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusRow:
    """A sentence with the entities of the program.

    :param id: Its id.
    :param split: Its split.
    :param tokens: Its tokens.
    :param spans: The entities of the program, from left to right.
    :param human_spans: Those that people see; ``None`` where nobody looked.
    :param confidences: The confidence in every entity of the program, from 0 to 1.
    :param source: The tokens of the text that the labels come from; none where the corpus does not have it.
    """

    id: str
    split: str
    tokens: Tokens
    spans: tuple[Span, ...]
    human_spans: tuple[Span, ...] | None
    confidences: tuple[float, ...]
    source: Tokens = ()

    @property
    def published_spans(self) -> tuple[Span, ...]:
        """The entities that the tags of the row show."""
        return self.spans if self.human_spans is None else self.human_spans


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusLanguage:
    """A language of a corpus folder.

    :param folder: The folder.
    :param code: What the corpus calls the language.
    :param facts: Its facts.
    """

    folder: Path
    code: str
    facts: LanguageFacts

    @property
    def labels(self) -> list[str]:
        """The labels of the corpus."""
        return list(self.facts.counts.entities)

    @property
    def language(self) -> Language:
        """The language, as far as its text is joined or split by it."""
        facts = self.facts.language
        return Language(code=facts.code, name=facts.name, script=facts.script, spaced=facts.spaced, bcp47=facts.bcp47)

    def rows(self, split: str | None = None) -> Iterator[CorpusRow]:
        """Read the rows of a split, or of all.

        :param split: The split; all if left out.
        :returns: The rows in their order.
        :raises UsageError: when there is no such split.
        :raises DataError: when a file cannot be read.
        """
        if split is not None and split not in self.facts.splits:
            raise UsageError(f"{self.code} has no split {split!r}; {nearest(split, self.facts.splits)}")
        for name, part in self.facts.splits.items():
            for one in part.files if split in (None, name) else ():
                file, columns = regular_file(self.folder, one.file), (*_COLUMNS, HUMAN_ENTITIES, _SOURCE)
                advice = "look for more: silverner check"
                for table in tables_of(file, columns, required=_COLUMNS, at_once=_BATCH, advice=advice):
                    yield from (_row(record, name) for record in table.to_pylist())


def open_language(folder: Path, code: str) -> CorpusLanguage:
    """Open a language of a corpus folder.

    :param folder: The folder.
    :param code: The language.
    :returns: The language; its rows are not read yet.
    :raises SilvernerError: when the folder is no corpus, or lacks the language.
    """
    try:
        corpus = read_manifest(folder)
    except MissingFileError as error:
        raise MissingFileError(f"{folder} is no corpus of silverner; make one: silverner build RECIPE") from error
    if code not in corpus.languages:
        raise UsageError(f"{folder} has no language {code!r}; {nearest(code, corpus.languages)}")
    return CorpusLanguage(folder=folder, code=code, facts=corpus.languages[code])


def _row(record: Mapping[str, Any], split: str) -> CorpusRow:
    """Make a row of a record."""
    entities = sorted(record["entities"], key=lambda entity: int(entity["start"]))
    human: Sequence[Mapping[str, Any]] | None = record.get(HUMAN_ENTITIES)
    return CorpusRow(
        id=record["id"],
        split=split,
        tokens=tuple(record["tokens"]),
        spans=tuple(spans_of(entities)),
        human_spans=None if human is None else tuple(sorted(spans_of(human))),
        confidences=tuple(map(_confidence, entities)),
        source=tuple(record.get(_SOURCE) or ()),
    )


def _confidence(entity: Mapping[str, Any]) -> float:
    """Return how sure the program is of an entity: of its place, times of the label of its source entity."""
    place = entity.get("confidence")
    place = entity.get("score", 1.0) if place is None else place
    label = entity.get("label_confidence")
    return min(float(place), 1.0) * (1.0 if label is None else float(label))
