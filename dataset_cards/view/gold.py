"""Gold labels beside the rows of a corpus: for which sentences there are some, and how often the corpus agrees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from silverner.projection.errors import DataError
from silverner.projection.metrics.scores import Scores
from silverner.projection.readers import Sentence
from silverner.projection.spans import Span

_Tokens = tuple[str, ...]
_Key = frozenset[tuple[int, int, str]]


@dataclass(frozen=True, slots=True)
class Gold:
    """The entities of sentences, as people labelled them.

    :param by_id: Those of every sentence, by id and tokens.
    :param by_tokens: Those of the first sentence with these tokens: ids of a corpus can be others than those of gold.
    """

    by_id: Mapping[tuple[str, _Tokens], tuple[Span, ...]] = field(default_factory=dict)
    by_tokens: Mapping[_Tokens, tuple[Span, ...]] = field(default_factory=dict)

    @classmethod
    def of_sentences(cls, sentences: Iterable[Sentence]) -> Self:
        """Take the entities of labelled sentences.

        :param sentences: The sentences.
        :returns: Their entities.
        :raises DataError: when a sentence is running text without tokens.
        """
        by_id: dict[tuple[str, _Tokens], tuple[Span, ...]] = {}
        by_tokens: dict[_Tokens, tuple[Span, ...]] = {}
        for sentence in sentences:
            if sentence.tokens is None:
                raise DataError(
                    f"{sentence.where}: a sentence without tokens; gold needs the tokens of the corpus, such as columns"
                )
            spans = sentence.spans or ()
            by_id.setdefault((sentence.id, sentence.tokens), spans)
            by_tokens.setdefault(sentence.tokens, spans)
        return cls(by_id, by_tokens)

    def of(self, row: Mapping[str, Any]) -> tuple[Span, ...] | None:
        """Return the entities of a row.

        :param row: A row of a corpus.
        :returns: The entities; ``None`` where there is no gold of it.
        """
        tokens = tuple(row["tokens"])
        spans = self.by_id.get((row["id"], tokens))
        return self.by_tokens.get(tokens) if spans is None else spans


@dataclass(slots=True)
class Agreement:
    """Counts how often a corpus agrees with gold, in the sentences that have gold."""

    sentences: int = 0
    differing: int = 0
    both: int = 0
    only_corpus: int = 0
    only_gold: int = 0

    def add(self, corpus: _Key, gold: _Key) -> None:
        """Count the entities of a sentence.

        :param corpus: The place and the label of every entity that the corpus publishes.
        :param gold: The same of gold.
        """
        self.sentences += 1
        self.differing += corpus != gold
        self.both += len(corpus & gold)
        self.only_corpus += len(corpus - gold)
        self.only_gold += len(gold - corpus)

    @property
    def scores(self) -> Scores:
        """Strict scores of the corpus."""
        return Scores(correct=self.both, predicted=self.both + self.only_corpus, gold=self.both + self.only_gold)
