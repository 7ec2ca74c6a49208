"""Strict scores of parts of the data: short and long sentences, rare and frequent entities.

Fu, Liu and Neubig 2020, "Interpretable Multi-dataset Evaluation for Named Entity Recognition" (arXiv 2011.06854),
divide the data in this way. Frequency is counted here in the gold data, since there may be no training data.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

from silverner.projection.errors import DataError
from silverner.projection.metrics.scores import Scores
from silverner.projection.spans import Span

LENGTHS = (10, 20, 40)
"""Largest number of tokens of a sentence in each bin; the last bin has no limit."""

FREQUENCIES = (0, 1, 5)
"""Largest number of occurrences of an entity in each bin; the last bin has no limit."""


def by_length(
    gold: Sequence[Iterable[Span]],
    predicted: Sequence[Iterable[Span]],
    lengths: Sequence[int],
    *,
    edges: Sequence[int] = LENGTHS,
) -> dict[str, Scores]:
    """Score short and long sentences separately.

    :param gold: The gold entities of every sentence.
    :param predicted: The predicted entities of the same sentences.
    :param lengths: Tokens of every sentence.
    :param edges: Largest number of tokens of each bin but the last, ascending.
    :returns: Scores by bin, every bin in order.
    :raises DataError: when the numbers of sentences differ.

    >>> spans = [[Span(0, 1, "PER")], [Span(20, 21, "PER")]]
    >>> {name: scores.gold for name, scores in by_length(spans, spans, [3, 25]).items()}
    {'1-10': 1, '11-20': 0, '21-40': 1, '>40': 0}
    """
    _check_lengths(gold, predicted, lengths)
    bin_numbers = [bisect_left(edges, length) for length in lengths]
    sides = [
        [(bin_numbers[k], (k, s)) for k, spans in enumerate(side) for s in _keys(spans)] for side in (gold, predicted)
    ]
    return _score_bins(sides[0], sides[1], _bin_names(edges, first=1))


def by_frequency(
    gold: Sequence[Iterable[Span]],
    predicted: Sequence[Iterable[Span]],
    tokens: Sequence[Sequence[str]],
    *,
    edges: Sequence[int] = FREQUENCIES,
) -> dict[str, Scores]:
    """Score rare and frequent entities separately.

    The frequency of an entity is how often its words are a gold entity of any label. A predicted entity falls into the
    bin of its own words, so every bin has a precision too; bin ``0`` holds predictions whose words are never a gold
    entity.

    :param gold: The gold entities of every sentence.
    :param predicted: The predicted entities of the same sentences.
    :param tokens: The tokens of the same sentences.
    :param edges: Largest number of occurrences of each bin but the last, ascending.
    :returns: Scores by bin, every bin in order.
    :raises DataError: when the numbers of sentences differ.

    >>> gold = [[Span(0, 1, "PER")], [Span(0, 1, "PER"), Span(1, 2, "LOC")]]
    >>> bins = by_frequency(gold, [[Span(0, 1, "PER")], []], [["Ana"], ["Ana", "Bern"]])
    >>> {name: (scores.correct, scores.gold) for name, scores in bins.items()}
    {'0': (0, 0), '1': (0, 1), '2-5': (1, 2), '>5': (0, 0)}
    """
    _check_lengths(gold, predicted, tokens)

    def words(k: int, span: tuple[int, int, str]) -> tuple[str, ...]:
        return tuple(tokens[k][span[0] : span[1]])

    sides = [[(k, s) for k, spans in enumerate(side) for s in _keys(spans)] for side in (gold, predicted)]
    occurrences = Counter(words(k, s) for k, s in sides[0])
    binned = [[(bisect_left(edges, occurrences[words(k, s)]), (k, s)) for k, s in side] for side in sides]
    return _score_bins(binned[0], binned[1], _bin_names(edges, first=0))


def _check_lengths(gold: Sequence[object], predicted: Sequence[object], sentences: Sequence[object]) -> None:
    if not len(gold) == len(predicted) == len(sentences):
        raise DataError(
            f"{len(gold)} gold and {len(predicted)} predicted sentences, lengths or tokens of {len(sentences)}; "
            "they must be the same sentences"
        )


def _keys(spans: Iterable[Span]) -> set[tuple[int, int, str]]:
    return {(s.start, s.end, s.label) for s in spans}


def _bin_names(edges: Sequence[int], *, first: int) -> list[str]:
    lows = [first, *(edge + 1 for edge in edges)]
    names = [f"{low}" if low == high else f"{low}-{high}" for low, high in zip(lows, edges, strict=False)]
    return [*names, f">{edges[-1]}"]


def _score_bins(
    gold: Sequence[tuple[int, object]], predicted: Sequence[tuple[int, object]], names: Sequence[str]
) -> dict[str, Scores]:
    """Score each bin from entities paired with the number of their bin."""
    correct, predicted_counts, gold_counts = (
        Counter(number for number, _ in entities) for entities in (set(gold) & set(predicted), predicted, gold)
    )
    return {name: Scores(correct[k], predicted_counts[k], gold_counts[k]) for k, name in enumerate(names)}
