"""What speaks for and against each target token as a part of an entity's name, one number a kind of evidence."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from silverner.projection.scoring.capitalisation import letter_case, name_kind
from silverner.projection.scoring.cooccurrence import CooccurrenceCounts
from silverner.projection.scoring.pair_arrays import Mask, PairArrays, Reals
from silverner.projection.scoring.parts.dot import DOTS
from silverner.projection.scoring.parts.gloss import similarity_to_glosses
from silverner.projection.scoring.parts.lexicon import associations
from silverner.projection.scoring.parts.split_word import split_words
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.scoring.soft_evidence import soft_evidence

TOKEN_EVIDENCE = (
    *("agreed", "linked", "claimed_agreed", "claimed", "unlinked", "similar", "associated"),
    *("name_rate", "name_rate_unlinked"),
    *("no_word", "small", "small_linked", "capital", "dot", "same_word"),
)
"""The kinds of evidence, those of :attr:`SpanEvidence.tokens`:

- ``agreed``, ``linked``: a link to the entity, of both directions or of either;
- ``claimed_agreed``, ``claimed``: such a link to a word outside the entity that is no frequent one such as *the*, and
  none to the entity;
- ``unlinked``: a word that has no link;
- ``similar``, ``associated``: how much the token looks like a token of the entity or of its gloss, and what the corpus
  says of the two;
- ``name_rate``, ``name_rate_unlinked``: how often the corpus links the word to a name, against how often it does not
  (log odds); and the same of tokens without a link to the entity alone;
- ``no_word``: punctuation that the entity does not have;
- ``small``, ``small_linked``: a small word without a link to the entity, and one linked only to its capital words;
- ``capital``: a capital that makes the token look like a part of some name, by what the corpus writes with capitals;
- ``dot``: a middle dot between words, which joins the parts of a name in Japanese and Chinese;
- ``same_word``: the very word that the entity begins or ends with.
"""
APOSTROPHES = ("'", "’")
_UNKNOWN_NAMES, _UNKNOWN_WORDS = 0.3, 1.0
"""Occurrences as a name, and in all, that every word is thought to have beside those counted."""
_LEAST_RATE, _GREATEST_RATE = -4.0, 3.0


class SpanEvidence:
    """The evidence of a sentence pair that has entities and target tokens.

    What is asked of the tokens of entities has one row a token, those of all entities in turn, as
    :attr:`PairArrays.similarity`.

    :param arrays: The pair.
    :param with_splits: Whether a name that is one token here and several there is looked for.
    """

    def __init__(self, arrays: PairArrays, *, with_splits: bool = True) -> None:
        """Collect the evidence of all entities."""
        pair = arrays.pair
        self._arrays, self._pair = arrays, pair
        self._words = [word.casefold() for word in pair.target]
        self.is_dot = np.array([word in DOTS for word in pair.target], dtype=bool)
        """For each target token whether it is a middle dot."""
        self.endings = _endings(pair)
        """For each entity and target token whether it is an ending such as ``'s`` that the entity lacks."""
        self.lengths = np.array([len(entity) for entity in pair.entities])
        """The tokens of each entity."""
        self.first_rows = np.cumsum(self.lengths) - self.lengths
        """The first row of each entity."""
        self._is_word = np.array([any(map(str.isalnum, word)) for word in pair.source], dtype=bool)
        self._is_content = self._is_word & ~_frequent_words(pair)
        self._linked = _matrix(pair.source, pair.target, arrays.linked)
        self._agreed = _matrix(pair.source, pair.target, arrays.agreed)
        self._splits = split_words(arrays) if with_splits else ()
        rows = list(pair.entity_of_token())
        self.is_word, self.is_content = self._is_word[rows], self._is_content[rows]
        """For each token of an entity whether it is a word, and one that is not frequent."""
        self.word_counts = np.maximum(1, np.add.reduceat(self.is_word, self.first_rows, dtype=np.intp))
        """How many words each entity has, at least 1."""
        self.of_rows = np.stack([self._agreed[rows], self._linked[rows], arrays.similarity, associations(arrays)])
        """Links of both directions, links of either, likeness and association, of each token of an entity."""
        self.links = np.add.reduceat(self.of_rows[:2], self.first_rows, axis=1)
        """How many links of both directions, and of either, each entity has to each target token."""
        self.associated = np.maximum.reduceat(self.of_rows[3], self.first_rows, axis=0)
        """What the corpus says of each entity and target token."""
        self.tokens = self._tokens()
        """What speaks for and against each target token, shape (:data:`TOKEN_EVIDENCE`, entities, target tokens)."""
        self.soft = soft_evidence(pair, source_is_word=self._is_word, target_is_word=arrays.is_word)
        """What soft links say of each, shape (:data:`SOFT_EVIDENCE`, entities, target tokens), if there are any."""

    def splits(self, k: int) -> list[tuple[int, int]]:
        """Return where the target splits a word of an entity."""
        splits = [(start, end) for entity, start, end in self._splits if entity == k]
        return [(start, end) for start, end in splits if not self.endings[k, start:end].any()]

    def _tokens(self) -> Reals:
        """Collect the columns."""
        arrays, pair = self._arrays, self._pair
        agreed, linked = (self.links > 0) & ~self.endings
        claimed_agreed, claimed, claimed_by_capital, by_small = self._claims()
        has_name_label = np.array([name_kind(entity.label) is not None for entity in pair.entities], dtype=bool)
        small = ~arrays.not_small & arrays.is_word & (arrays.entity_has_capital & has_name_label)[:, None]
        similar = np.maximum(
            np.maximum.reduceat(arrays.similarity, self.first_rows, axis=0), similarity_to_glosses(arrays)
        )
        name_rates = self._name_rates()
        capitals = self._capitals(linked, claimed, claimed_by_capital)
        no_word, same_word = self._same_words()
        columns: tuple[Reals | Mask, ...] = (
            *(agreed, linked, claimed_agreed & ~agreed & arrays.is_word, claimed & ~linked & arrays.is_word),
            *(~linked & ~claimed & arrays.is_word, similar, self.associated),
            *(name_rates, np.where(linked, 0.0, name_rates), no_word, small & ~linked, small & linked & ~by_small),
            *(capitals, self.is_dot & _between_words(arrays.is_word), same_word),
        )
        tokens = np.empty((len(columns), len(pair.entities), len(pair.target)))
        for row, column in zip(tokens, columns, strict=True):
            row[:] = column
        return tokens

    def _claims(self) -> tuple[Mask, Mask, Mask, Mask]:
        """Tell which target tokens are linked to the words outside each entity, and to its own small words.

        :returns: Claimed by a link of both directions, of either, and of either to a word with a capital; linked to a
            token of the entity without a capital.
        """
        entities, count = self._pair.entities, len(self._pair.entities)
        capitals = np.array([letter_case(word) == "capital" for word in self._pair.source], dtype=bool)
        inside = np.zeros((count, len(capitals)), dtype=bool)
        for row, entity in zip(inside, entities, strict=True):
            row[entity.start : entity.end] = True
        outside = self._is_content & ~inside
        groups = np.concatenate([outside, outside & capitals, inside & ~capitals]).astype(np.float64)
        # Sums of ones, so the order in which a processor adds them up does not matter.
        links = groups @ np.concatenate([self._agreed, self._linked], axis=1).astype(np.float64) > 0
        of_agreed, of_linked = links[:, : len(self._words)], links[:, len(self._words) :]
        return of_agreed[:count], of_linked[:count], of_linked[count : 2 * count], of_linked[2 * count :]

    def _same_words(self) -> tuple[Mask, Mask]:
        """Tell which marks an entity lacks, and which words are those that it begins or ends with."""
        places: dict[str, list[int]] = {}
        for j, word in enumerate(self._words):
            places.setdefault(word, []).append(j)
        lacks_mark = np.tile(~self._arrays.is_word, (len(self._pair.entities), 1))
        same_word = np.zeros_like(lacks_mark)
        for k, name in enumerate(self._pair.names()):
            for word in map(str.casefold, name):
                lacks_mark[k, places.get(word, [])] = False
            for edge in (name[0], name[-1]):
                same_word[k, places.get(edge.casefold(), [])] = True
        return lacks_mark, same_word

    def _capitals(self, linked: Mask, claimed: Mask, claimed_by_capital: Mask) -> Reals:
        """Tell how much a capital outside the links of an entity makes a token look like a part of some name."""
        arrays, counts = self._arrays, self._pair.evidence.corpus.cooccurrences
        of_target, of_source = counts.capitals_speak() if counts is not None else (1.0, 1.0)
        capital_share = np.where(claimed, np.where(claimed_by_capital, of_source, 0.0), of_target)
        return np.where(arrays.is_capital & ~linked & arrays.entity_has_capital[:, None], capital_share, 0.0)

    def _name_rates(self) -> Reals:
        """Tell of each target token how often the corpus links its word to a name, in other sentences."""
        counts = self._pair.evidence.corpus.cooccurrences
        here, of_names = Counter(self._words), Counter(self._words[j] for j in set(self._arrays.links.target.tolist()))
        rates = {word: _name_rate(counts, word, here[word], of_names[word]) for word in here}
        return np.array([rates[word] for word in self._words]) * self._arrays.is_word


def _name_rate(counts: CooccurrenceCounts | None, word: str, here: int, of_names: int) -> float:
    """Return the log odds that a word is a part of a name; that of a word nobody knows where it occurs here alone."""
    if counts is None or word not in counts.target_occurrences:
        return _log_odds(0, 0)
    names = counts.name_occurrences.get(word, of_names) - of_names
    return _log_odds(names, counts.target_occurrences[word] - here)


@lru_cache(maxsize=1 << 16)
def _log_odds(names: int, occurrences: int) -> float:
    """Return the log odds of so many occurrences as a name among so many."""
    names_of_all = _UNKNOWN_NAMES + names
    odds = names_of_all / (_UNKNOWN_WORDS + occurrences - names_of_all)
    return min(max(math.log(odds), _LEAST_RATE), _GREATEST_RATE)


def _frequent_words(pair: SentencePair) -> Mask:
    """Tell for each source token whether it is a frequent word such as an article."""
    counts = pair.evidence.corpus.cooccurrences
    frequent = counts.frequent_words if counts is not None else {}
    return np.array([word.casefold() in frequent for word in pair.source], dtype=bool)


def _endings(pair: SentencePair) -> Mask:
    """Tell for each entity which target tokens are endings such as ``'s``, unless its name has an apostrophe."""
    is_ending = np.array([word.startswith(APOSTROPHES) for word in pair.target], dtype=bool)
    lacks_apostrophe = [not any(mark in word for word in name for mark in APOSTROPHES) for name in pair.names()]
    endings: Mask = np.array(lacks_apostrophe, dtype=bool)[:, None] & is_ending
    return endings


def _between_words(is_word: Mask) -> Mask:
    """Tell for each target token whether a word stands on both sides of it."""
    between = np.zeros(len(is_word), dtype=bool)
    between[1:-1] = is_word[:-2] & is_word[2:]
    return between


def _matrix(source: Sequence[str], target: Sequence[str], links: Iterable[tuple[int, int]]) -> Mask:
    """Mark the links in a matrix of shape (source tokens, target tokens)."""
    matrix = np.zeros((len(source), len(target)), dtype=bool)
    for i, j in links:
        matrix[i, j] = True
    return matrix
