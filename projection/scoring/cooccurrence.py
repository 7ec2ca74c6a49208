"""What a whole corpus says about a word: what it is usually linked to, and what it usually stands beside.

Optional evidence of the fused score: a sentence on its own is projected without. Every figure leaves out the link, or
the place, that it is asked for, so that none confirms itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import TypeVar

from silverner.projection.links import Link
from silverner.projection.scoring.capitalisation import sentence_cases
from silverner.projection.spans import Span

T = TypeVar("T", str, tuple[str, str])
SMOOTHING = 2
"""Links to other words that every word is thought to have beside those counted: one occurrence proves nothing."""
FREQUENT_SHARE, FREQUENT_COUNT = 0.01, 20
"""Share of the text, and occurrences, of a frequent word: articles, prepositions and the like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CooccurrenceCounts:
    """Counts over all sentence pairs, case aside; :func:`count_cooccurrences` makes them.

    :param source_links: Links of every source word that is linked to one word at least twice.
    :param target_links: Links of every target word that is linked to one word at least twice.
    :param linked_pairs: Links between a source and a target word, from two on.
    :param target_words: Occurrences of every target word that stands beside one word at least twice.
    :param neighbour_pairs: Occurrences of two target words side by side, from two on.
    :param frequent_words: Occurrences of source words that are frequent (:data:`FREQUENT_SHARE`).
    :param target_occurrences: Occurrences of every target word that occurs at least twice.
    :param name_occurrences: How many of them are linked to a word of a source entity.
    :param case_links: Links by the case of their source word and of their target word, where both cases say something.
    """

    source_links: Mapping[str, int]
    target_links: Mapping[str, int]
    linked_pairs: Mapping[tuple[str, str], int]
    target_words: Mapping[str, int]
    neighbour_pairs: Mapping[tuple[str, str], int]
    frequent_words: Mapping[str, int]
    target_occurrences: Mapping[str, int]
    name_occurrences: Mapping[str, int]
    case_links: Mapping[tuple[str, str], int]

    def capitals_speak(self) -> tuple[float, float]:
        """Tell how much a capital tells of names, in the target and in the source.

        German writes every noun with a capital: most of its capitals are linked to small words of English.

        :returns: The share of links from a target word with a capital that lead to a source word with one, and the
            other way round; 1 where the corpus does not tell.
        """
        both = self.case_links.get(("capital", "capital"), 0) + 1
        small_source, small_target = (self.case_links.get(p, 0) for p in (("small", "capital"), ("capital", "small")))
        return both / (both + small_source), both / (both + small_target)

    def association(self, word: str, target_word: str, *, tokens_are_linked: bool) -> float:
        """Tell how much of what two words are linked to is each other (Dice's coefficient), elsewhere in the corpus.

        :param word: A source word, in lower case.
        :param target_word: A target word, in lower case.
        :param tokens_are_linked: Whether the two tokens asked about are linked.
        :returns: From 0 to less than 1.
        """
        together = self.linked_pairs.get((word, target_word), 0) - tokens_are_linked
        if together <= 0:
            return 0.0
        links = self.source_links[word] + self.target_links[target_word] - 2 * tokens_are_linked
        return 2 * together / (links + SMOOTHING)

    def neighbour_share(self, word: str, left: str, right: str) -> float:
        """Tell how often a target word stands beside this neighbour, elsewhere in the corpus.

        :param word: One of the two words, in lower case.
        :param left: The first of two words side by side.
        :param right: The second.
        :returns: The share of its occurrences, from 0 to less than 1.
        """
        return max(0, self.neighbour_pairs.get((left, right), 0) - 1) / max(1, self.target_words.get(word, 0))


def count_cooccurrences(
    sources: Iterable[Sequence[str]],
    targets: Iterable[Sequence[str]],
    forward: Iterable[Iterable[Link]],
    reverse: Iterable[Iterable[Link]] | None = None,
    *,
    entities: Iterable[Iterable[Span]] | None = None,
) -> CooccurrenceCounts:
    """Count links and neighbours.

    :param sources: Source tokens of every pair.
    :param targets: Target tokens of every pair.
    :param forward: Their links.
    :param reverse: The links of the other direction, if there are any.
    :param entities: The source entities of every pair; without them no word is known as a part of a name.
    :returns: The counts; a link that both directions have is one.

    >>> counts = count_cooccurrences([["UK"]] * 3, [["Reino", "Unido"]] * 3, [[(0, 0, 1.0), (0, 1, 1.0)]] * 3)
    >>> counts.association("uk", "unido", tokens_are_linked=True), counts.neighbour_share("unido", "reino", "unido")
    (0.4444444444444444, 0.6666666666666666)
    """
    linked_pairs: Counter[tuple[str, str]] = Counter()
    source_words: Counter[str] = Counter()
    target_words: Counter[str] = Counter()
    neighbour_pairs: Counter[tuple[str, str]] = Counter()
    name_words: Counter[str] = Counter()
    case_links: Counter[tuple[str, str]] = Counter()
    first_direction = list(forward)
    second_direction = first_direction if reverse is None else reverse
    spans = repeat(()) if entities is None else entities
    pairs = zip(sources, targets, first_direction, second_direction, strict=True)
    for (source, target, links, more), names in zip(pairs, spans, strict=entities is not None):
        a, b = ([word.casefold() for word in side] for side in (source, target))
        linked = {(i, j) for i, j, _ in (*links, *more)}
        source_words.update(a)
        target_words.update(b)
        neighbour_pairs.update(pairwise(b))
        linked_pairs.update((a[i], b[j]) for i, j in linked)
        name_tokens = {i for span in names for i in range(span.start, span.end)}
        name_words.update(b[j] for j in {j for i, j in linked if i in name_tokens})
        case_links.update(_case_links(source, target, linked))
    source_links, target_links = _links_by_word(linked_pairs)
    often_linked, often_beside = _at_least_twice(linked_pairs), _at_least_twice(neighbour_pairs)
    often = _at_least_twice(target_words)
    frequent = max(FREQUENT_COUNT, FREQUENT_SHARE * source_words.total())
    return CooccurrenceCounts(
        source_links=_of_words(source_links, {word for word, _ in often_linked}),
        target_links=_of_words(target_links, {word for _, word in often_linked}),
        linked_pairs=often_linked,
        target_words=_of_words(target_words, {word for pair in often_beside for word in pair}),
        neighbour_pairs=often_beside,
        frequent_words={word: count for word, count in source_words.items() if count >= frequent},
        target_occurrences=often,
        name_occurrences=_of_words(name_words, often),
        case_links=dict(case_links),
    )


def _case_links(
    source: Sequence[str], target: Sequence[str], linked: Iterable[tuple[int, int]]
) -> Iterator[tuple[str, str]]:
    """Yield the cases of linked words, where both are written with a capital or small for a reason."""
    cases = sentence_cases(source), sentence_cases(target)
    for i, j in linked:
        pair = cases[0][i], cases[1][j]
        if {"capital", "small"}.issuperset(pair):
            yield pair


def _links_by_word(linked_pairs: Mapping[tuple[str, str], int]) -> tuple[Counter[str], Counter[str]]:
    """Add up the links of every source word, and of every target word."""
    source: Counter[str] = Counter()
    target: Counter[str] = Counter()
    for (word, target_word), count in linked_pairs.items():
        source[word] += count
        target[target_word] += count
    return source, target


def _at_least_twice(counts: Mapping[T, int]) -> dict[T, int]:
    """Leave out what occurs once, which is most of it and proves nothing."""
    return {key: count for key, count in counts.items() if count > 1}


def _of_words(counts: Mapping[str, int], words: Collection[str]) -> dict[str, int]:
    return {word: count for word, count in counts.items() if word in words}
