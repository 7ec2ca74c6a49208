"""What a whole corpus says about a word: what it is usually linked to, and what it usually stands beside.

Optional evidence for :mod:`silverner.projection.scoring.fused`; a sentence on its own is projected without. Every
figure leaves out the
link, or the place, that it is asked for, so that none confirms itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from silverner.projection.links import Link

DOUBT = 2
"""Links to other words that every word is thought to have beside those counted: what is seen once proves nothing."""


FREQUENT, OFTEN = 0.01, 20
"""Share of the text, and occurrences, of a frequent word: articles, prepositions and the like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Counts over all sentence pairs, case aside; :func:`count_words` makes them.

    :param source: Links of every source word that is linked to one word at least twice.
    :param target: Links of every target word, likewise.
    :param linked: Links between a source and a target word, from two on.
    :param words: Occurrences of every target word that stands beside one word at least twice.
    :param pairs: Occurrences of two target words side by side, from two on.
    :param frequent: Occurrences of source words that are :data:`FREQUENT`.
    """

    source: Mapping[str, int]
    target: Mapping[str, int]
    linked: Mapping[tuple[str, str], int]
    words: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    frequent: Mapping[str, int]

    def association(self, word: str, other: str, *, own: bool) -> float:
        """Tell how much of what two words are linked to is each other (Dice's coefficient), elsewhere in the corpus.

        :param word: A source word, in lower case.
        :param other: A target word, in lower case.
        :param own: Whether the two tokens asked about are linked.
        :returns: From 0 to less than 1.
        """
        together = self.linked.get((word, other), 0) - own
        if together <= 0:
            return 0.0
        return 2 * together / (self.source[word] + self.target[other] - 2 * own + DOUBT)

    def clings(self, word: str, left: str, right: str) -> float:
        """Tell how often a target word stands in this company, elsewhere in the corpus.

        :param word: One of the two words, in lower case.
        :param left: The first of two words side by side.
        :param right: The second.
        :returns: The share of its occurrences, from 0 to less than 1.
        """
        return max(0, self.pairs.get((left, right), 0) - 1) / max(1, self.words.get(word, 0))


def count_words(
    sources: Iterable[Sequence[str]],
    targets: Iterable[Sequence[str]],
    forward: Iterable[Iterable[Link]],
    reverse: Iterable[Iterable[Link]] | None = None,
) -> Lexicon:
    """Count links and neighbours.

    :param sources: Source tokens of every pair.
    :param targets: Target tokens of every pair.
    :param forward: Their links.
    :param reverse: The links of the other direction, if there are any.
    :returns: The counts; a link that both directions have is one.

    >>> lexicon = count_words([["UK"]] * 3, [["Reino", "Unido"]] * 3, [[(0, 0, 1.0), (0, 1, 1.0)]] * 3)
    >>> lexicon.association("uk", "unido", own=True), lexicon.clings("unido", "reino", "unido")
    (0.4444444444444444, 0.6666666666666666)
    """
    linked: Counter[tuple[str, str]] = Counter()
    spoken: Counter[str] = Counter()
    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    there = list(forward)
    for source, target, links, others in zip(
        sources, targets, there, there if reverse is None else reverse, strict=True
    ):
        a, b = ([word.casefold() for word in side] for side in (source, target))
        spoken.update(a)
        words.update(b)
        pairs.update(pairwise(b))
        linked.update((a[i], b[j]) for i, j in {(i, j) for i, j, _ in (*links, *others)})
    from_source, to_target = _totals(linked)
    often, beside = _often(linked), _often(pairs)
    least = max(OFTEN, FREQUENT * spoken.total())
    return Lexicon(
        source=_only(from_source, {word for word, _ in often}),
        target=_only(to_target, {word for _, word in often}),
        linked=often,
        words=_only(words, {word for pair in beside for word in pair}),
        pairs=beside,
        frequent={word: count for word, count in spoken.items() if count >= least},
    )


def _totals(linked: Mapping[tuple[str, str], int]) -> tuple[Counter[str], Counter[str]]:
    """Add up the links of every source word, and of every target word."""
    source: Counter[str] = Counter()
    target: Counter[str] = Counter()
    for (word, other), count in linked.items():
        source[word] += count
        target[other] += count
    return source, target


def _often(counts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Leave out what was seen once, which is most of it and proves nothing."""
    return {pair: count for pair, count in counts.items() if count > 1}


def _only(counts: Mapping[str, int], wanted: Collection[str]) -> dict[str, int]:
    return {word: count for word, count in counts.items() if word in wanted}
