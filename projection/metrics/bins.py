"""Strict scores of parts of the data: short and long sentences, rare and frequent entities.

Both attributes are of Fu, Liu and Neubig 2020, "Interpretable Multi-dataset Evaluation for Named Entity Recognition"
(arXiv 2011.06854); frequency is counted here in the gold data itself, since silver training data may not exist.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

from silverner.projection.errors import DataError
from silverner.projection.metrics.scores import Scores
from silverner.projection.spans import Span

LENGTHS = (10, 20, 40)
"""Most tokens of a sentence in each bin but the last."""

FREQUENCIES = (0, 1, 5)
"""Most occurrences of an entity in each bin but the last."""


def by_length(
    gold: Sequence[Iterable[Span]],
    predicted: Sequence[Iterable[Span]],
    lengths: Sequence[int],
    *,
    edges: Sequence[int] = LENGTHS,
) -> dict[str, Scores]:
    """Score short and long sentences apart.

    :param gold: The gold entities of every sentence.
    :param predicted: The predicted entities of the same sentences.
    :param lengths: Tokens of every sentence.
    :param edges: Most tokens of each bin but the last, ascending.
    :returns: Scores by bin, every bin in order.
    :raises DataError: when the numbers of sentences differ.

    >>> spans = [[Span(0, 1, "PER")], [Span(20, 21, "PER")]]
    >>> {name: scores.gold for name, scores in by_length(spans, spans, [3, 25]).items()}
    {'1-10': 1, '11-20': 0, '21-40': 1, '>40': 0}
    """
    _check(gold, predicted, lengths)
    places = [bisect_left(edges, length) for length in lengths]
    sides = [[(places[k], (k, s)) for k, spans in enumerate(side) for s in _keys(spans)] for side in (gold, predicted)]
    return _count(sides[0], sides[1], _names(edges, first=1))


def by_frequency(
    gold: Sequence[Iterable[Span]],
    predicted: Sequence[Iterable[Span]],
    tokens: Sequence[Sequence[str]],
    *,
    edges: Sequence[int] = FREQUENCIES,
) -> dict[str, Scores]:
    """Score rare and frequent entities apart, by how often their very words are an entity of gold, whatever the label.

    A predicted entity falls into the bin of its own words, so every bin has a precision too; bin ``0`` holds
    predictions whose words are nowhere an entity.

    :param gold: The gold entities of every sentence.
    :param predicted: The predicted entities of the same sentences.
    :param tokens: The tokens of the same sentences.
    :param edges: Most occurrences of each bin but the last, ascending.
    :returns: Scores by bin, every bin in order.
    :raises DataError: when the numbers of sentences differ.

    >>> gold = [[Span(0, 1, "PER")], [Span(0, 1, "PER"), Span(1, 2, "LOC")]]
    >>> bins = by_frequency(gold, [[Span(0, 1, "PER")], []], [["Ana"], ["Ana", "Bern"]])
    >>> {name: (scores.correct, scores.gold) for name, scores in bins.items()}
    {'0': (0, 0), '1': (0, 1), '2-5': (1, 2), '>5': (0, 0)}
    """
    _check(gold, predicted, tokens)

    def words(k: int, span: tuple[int, int, str]) -> tuple[str, ...]:
        return tuple(tokens[k][span[0] : span[1]])

    sides = [[(k, s) for k, spans in enumerate(side) for s in _keys(spans)] for side in (gold, predicted)]
    seen = Counter(words(k, s) for k, s in sides[0])
    placed = [[(bisect_left(edges, seen[words(k, s)]), (k, s)) for k, s in side] for side in sides]
    return _count(placed[0], placed[1], _names(edges, first=0))


def _check(gold: Sequence[object], predicted: Sequence[object], other: Sequence[object]) -> None:
    if not len(gold) == len(predicted) == len(other):
        raise DataError(
            f"{len(gold)} gold and {len(predicted)} predicted sentences, lengths or tokens of {len(other)}; "
            "they must be the same sentences"
        )


def _keys(spans: Iterable[Span]) -> set[tuple[int, int, str]]:
    return {(s.start, s.end, s.label) for s in spans}


def _names(edges: Sequence[int], *, first: int) -> list[str]:
    lows = [first, *(edge + 1 for edge in edges)]
    names = [f"{low}" if low == high else f"{low}-{high}" for low, high in zip(lows, edges, strict=False)]
    return [*names, f">{edges[-1]}"]


def _count(
    gold: Sequence[tuple[int, object]], predicted: Sequence[tuple[int, object]], names: Sequence[str]
) -> dict[str, Scores]:
    """Count entities that stand with the number of their bin."""
    found, wanted = Counter(place for place, _ in predicted), Counter(place for place, _ in gold)
    right = Counter(place for place, _ in set(gold) & set(predicted))
    return {name: Scores(right[place], found[place], wanted[place]) for place, name in enumerate(names)}
