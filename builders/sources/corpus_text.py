"""One text of a recipe as rows of the chain."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from silverner.builders.recipe.schema import LanguageRecipe
from silverner.builders.recipe.sections import TextSection
from silverner.builders.sources.reading import check_sentences, corpus_files, reading_settings
from silverner.projection.errors import DataError
from silverner.projection.languages import Language
from silverner.projection.readers import Sentence, content_hash, read_corpus
from silverner.projection.readers.cycles import cycles_ignored
from silverner.projection.text.first_places import FirstPlaces

ROW_COLUMNS: Mapping[str, pa.DataType] = {"row": pa.int64(), "id": pa.string(), "split": pa.string()}


class CorpusText(ABC):
    """Reads one text of a recipe; subclasses say what a sentence becomes, and this class its id, split and hash."""

    name = "source"
    version = 4

    def __init__(
        self,
        recipe: LanguageRecipe,
        base: Path,
        *,
        text: TextSection,
        language: Language,
        tagged: bool,
        limit: int | None = None,
    ) -> None:
        """Prepare to read a text; nothing is read yet.

        :param recipe: The recipe of one language.
        :param base: The folder its paths are relative to.
        :param text: The section of the recipe that says where the text is.
        :param language: Its language.
        :param tagged: Whether its labels are read.
        :param limit: Read only the first sentences.
        """
        self._recipe, self._limit, self._tagged, self._language = recipe, limit, tagged, language
        self._corpus = corpus_files(text, base, language)
        self._hash: str | None = None
        self.outputs: Mapping[str, pa.DataType] = dict(ROW_COLUMNS)

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the rows: content, how it is read, splits, limit."""
        self._hash = self._hash or content_hash(self._corpus)
        return {
            "text": {**reading_settings(self._corpus, tagged=self._tagged), "content": self._hash},
            "splits": self._recipe.splits,
            "limit": self._limit,
        }

    def sentences(self) -> Iterator[Sentence]:
        """Read all sentences in order.

        :raises DataError: when a sentence breaks a rule.
        """
        return read_corpus(self._corpus, tagged=self._tagged)

    @abstractmethod
    def side(self, sentence: Sentence) -> dict[str, Any]:
        """Return the columns of a sentence, beside :data:`ROW_COLUMNS`."""

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Return the sentences in order; one without words is marked to be dropped.

        The text is read once. Only where it breaks a rule it is read again, to name all that breaks it.

        :raises DataError: as :meth:`check` does, or when an id is repeated.
        """
        try:
            with cycles_ignored():
                sentences = self.sentences()
                for row, sentence in self.numbered(sentences):
                    yield {**row, **self.side(sentence)}
                if self._tagged:
                    for _ in sentences:  # a fault behind the limit is one, too
                        pass
        except DataError:
            if self._tagged:
                self.check()
            raise

    def check(self, look: Callable[[Sentence], object] = lambda sentence: None) -> None:
        """Read all sentences, and check their labels where these are read.

        :param look: Called with every sentence.
        :raises DataError: when a sentence breaks a rule, or a label is neither in the recipe's labels nor in its map.
        """

        def looked_at() -> Iterator[Sentence]:
            for sentence in self.sentences():
                look(sentence)
                yield sentence

        sentences = looked_at()
        if self._tagged:
            check_sentences(islice(sentences, self._limit), self._recipe)
        for _ in sentences:  # a fault behind the limit is one, too
            pass

    def ids(self) -> Iterator[str]:
        """Read the ids of all sentences in order.

        :raises DataError: when a sentence breaks a rule, or an id is repeated.
        """
        for row, _ in self.numbered(read_corpus(self._corpus, tagged=False)):
            yield str(row["id"])

    def sizes(self) -> Iterator[int]:
        """Count the sentences of every file in order."""
        counts = Counter(sentence.split for sentence in read_corpus(self._corpus, tagged=False))
        yield from (counts[split] for split in self._corpus.files)

    def numbered(self, sentences: Iterable[Sentence]) -> Iterator[tuple[dict[str, Any], Sentence]]:
        """Give every sentence its number and its split, and refuse repeated ids.

        Many datasets, such as CoNLL-2003 and MasakhaNER, count the sentences of each split from 0. So an id that is a
        number, and that another split has already, gets the name of its split in front.
        """
        has_splits = len(self._corpus.files) > 1  # the ids of one split are unique already
        places = FirstPlaces()
        for number, sentence in enumerate(islice(sentences, self._limit)):
            identity = _new_id(sentence, places) if has_splits else sentence.id
            yield {"row": number, "id": identity, "split": self._split(sentence)}, sentence

    def _labels(self) -> Mapping[str, object]:
        """Return what decides how labels are read."""
        return {"labels": list(self._recipe.labels), "label_map": self._recipe.label_map}

    def _split(self, sentence: Sentence) -> str:
        """Return the text's own split, or draw one by the hash of the document, which keeps a document in one split."""
        if not isinstance(self._recipe.splits, dict):
            return sentence.split
        drawn = int.from_bytes(hashlib.sha256(sentence.document.encode()).digest()[:8]) / 2**64
        upto = 0.0
        for split, share in self._recipe.splits.items():
            upto += share
            if drawn < upto:
                return split
        return list(self._recipe.splits)[-1]


def _new_id(sentence: Sentence, places: FirstPlaces) -> str:
    """Return an id that no other sentence has."""
    identity = sentence.id
    first = places.first(identity, sentence.where)
    if first is not None and identity.isdecimal():
        identity = f"{sentence.split}-{identity}"
        first = places.first(identity, sentence.where)
    if first is not None:
        raise DataError(f"{sentence.where}: the id {identity!r} stands already at {first}")
    return identity
