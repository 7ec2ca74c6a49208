"""What speaks for and against each target token as a part of an entity's name, one number a kind of evidence."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from silverner.projection.scoring.capitalisation import NAME_LABELS, letter_case
from silverner.projection.scoring.cooccurrence import CooccurrenceCounts
from silverner.projection.scoring.pair_arrays import Mask, PairArrays, Reals
from silverner.projection.scoring.parts.dot import DOTS
from silverner.projection.scoring.parts.gloss import similarity_to_glosses
from silverner.projection.scoring.parts.lexicon import associations
from silverner.projection.scoring.parts.split_word import split_words
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.spans import Span

TOKEN_EVIDENCE = (
    *("agreed", "linked", "claimed_agreed", "claimed", "unlinked", "similar", "associated"),
    *("name_rate", "name_rate_unlinked"),
    *("no_word", "small", "small_linked", "capital", "dot", "same_word"),
)
"""The kinds of evidence, the columns of :meth:`SpanEvidence.tokens`:

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
    """The evidence of a sentence pair; :meth:`tokens` looks at it for one entity.

    :param arrays: The pair.
    :param with_splits: Whether a name that is one token here and several there is looked for.
    """

    def __init__(self, arrays: PairArrays, *, with_splits: bool = True) -> None:
        """Collect what is the same for all entities."""
        pair = arrays.pair
        self._arrays, self._pair = arrays, pair
        self._words = [word.casefold() for word in pair.target]
        self.is_dot = np.array([word in DOTS for word in pair.target], dtype=bool)
        """For each target token whether it is a middle dot."""
        self._joins = self.is_dot & _between_words(arrays.is_word)
        self._linked = _matrix(pair.source, pair.target, arrays.linked)
        self._agreed = _matrix(pair.source, pair.target, arrays.agreed)
        self._is_word = np.array([any(map(str.isalnum, word)) for word in pair.source], dtype=bool)
        self._is_content = self._is_word & ~_frequent_words(pair)
        self._endings = _endings(pair)
        self._source_capitals = np.array([letter_case(word) == "capital" for word in pair.source], dtype=bool)
        self._name_rate = self._name_rates()
        self._splits = split_words(arrays) if with_splits else []
        self._glosses = similarity_to_glosses(arrays)
        self._associations = associations(arrays)

    def tokens(self, k: int) -> Reals:
        """Tell what speaks for and against each target token.

        :param k: Index of the entity.
        :returns: Shape (target tokens, :data:`TOKEN_EVIDENCE`).
        """
        arrays, entity = self._arrays, self._pair.entities[k]
        inside = slice(entity.start, entity.end)
        names = ~self.endings(k)
        linked, agreed = _of_any(self._linked[inside]) & names, _of_any(self._agreed[inside]) & names
        outsiders = self._is_content.copy()
        outsiders[inside] = False
        claimed = _of_any(self._linked[outsiders]) & ~linked
        claimed_agreed = _of_any(self._agreed[outsiders]) & ~agreed
        rows = self.rows(entity)
        entity_words = [word.casefold() for word in self._pair.source[inside]]
        has_case = bool(arrays.entity_has_capital[k]) and entity.label in NAME_LABELS
        small = ~arrays.not_small & arrays.is_word & has_case
        of_capitals = linked & ~_of_any(self._linked[inside][~self._source_capitals[inside]])
        columns = (
            *(agreed, linked, claimed_agreed & arrays.is_word, claimed & arrays.is_word),
            ~linked & ~claimed & arrays.is_word,
            *(np.maximum(arrays.similarity[rows].max(axis=0), self._glosses[k]), self._associations[rows].max(axis=0)),
            *(self._name_rate, np.where(linked, 0.0, self._name_rate)),
            ~arrays.is_word & np.array([word not in entity_words for word in self._words]),
            *(small & ~linked, small & of_capitals, self._capitals(k, linked, outsiders), self._joins),
            np.array([word in (entity_words[0], entity_words[-1]) for word in self._words]),
        )
        return np.stack(columns, axis=1).astype(np.float64)

    def rows(self, entity: Span) -> slice:
        """Return the rows of an entity in :attr:`PairArrays.similarity`, which has those of all entities in turn."""
        before = sum(len(other) for other in self._pair.entities if other.start < entity.start)
        return slice(before, before + len(entity))

    def associations(self, k: int) -> Reals:
        """Return what the corpus says of each token of an entity and each target token."""
        return self._associations[self.rows(self._pair.entities[k])]

    def similarities(self, k: int) -> Reals:
        """Return how much each target token looks like each token of an entity."""
        return self._arrays.similarity[self.rows(self._pair.entities[k])]

    def splits(self, k: int) -> list[tuple[int, int]]:
        """Return where the target splits a word of an entity."""
        is_ending = self.endings(k)
        splits = [(start, end) for entity, start, end in self._splits if entity == k]
        return [(start, end) for start, end in splits if not is_ending[start:end].any()]

    def content_words(self, k: int) -> Mask:
        """Tell for each token of an entity whether it is a word, and no frequent one."""
        entity = self._pair.entities[k]
        return self._is_content[entity.start : entity.end]

    def endings(self, k: int) -> Mask:
        """Tell for each target token whether it is an ending such as ``'s`` that a name without an apostrophe lacks."""
        return np.asarray(self._endings[k], dtype=bool)

    def words(self, k: int) -> Mask:
        """Tell for each token of an entity whether it is a word."""
        entity = self._pair.entities[k]
        return self._is_word[entity.start : entity.end]

    def links(self, k: int, *, agreed: bool) -> Mask:
        """Return the links of an entity, shape (its tokens, target tokens)."""
        entity = self._pair.entities[k]
        return (self._agreed if agreed else self._linked)[entity.start : entity.end]

    def _capitals(self, k: int, linked: Mask, outsiders: Mask) -> Reals:
        """Tell how much a capital outside the links of an entity makes a token look like a part of some name."""
        arrays, counts = self._arrays, self._pair.evidence.corpus.cooccurrences
        if not arrays.entity_has_capital[k]:
            return np.zeros(len(linked))
        of_target, of_source = counts.capitals_speak() if counts is not None else (1.0, 1.0)
        claimed = _of_any(self._linked[outsiders])
        by_a_capital = _of_any(self._linked[outsiders & self._source_capitals])
        capital_share = np.where(claimed, np.where(by_a_capital, of_source, 0.0), of_target)
        return np.where(arrays.is_capital & ~linked, capital_share, 0.0)

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


def _of_any(links: Mask) -> Mask:
    """Tell for each target token whether any of these source tokens has the link."""
    return np.asarray(links.any(axis=0), dtype=bool)


def _matrix(source: Sequence[str], target: Sequence[str], links: Iterable[tuple[int, int]]) -> Mask:
    """Mark the links in a matrix of shape (source tokens, target tokens)."""
    matrix = np.zeros((len(source), len(target)), dtype=bool)
    for i, j in links:
        matrix[i, j] = True
    return matrix
