"""Strict scores of parts of the data: short and long sentences, rare and frequent entities.

Fu, Liu and Neubig 2020, "Interpretable Multi-dataset Evaluation for Named Entity Recognition" (arXiv 2011.06854),
divide the data in this way. Frequency is counted here in the gold data, since there may be no training data.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

from silverner.projection.errors import DataError
from silverner.projection.metrics.scores import Scores, entity_keys
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
    correct, predicted_counts, gold_counts = Counter[int](), Counter[int](), Counter[int]()
    for g, p, length in zip(map(entity_keys, gold), map(entity_keys, predicted), lengths, strict=True):
        number = bisect_left(edges, length)
        correct[number] += len(g & p)
        predicted_counts[number] += len(p)
        gold_counts[number] += len(g)
    names = _bin_names(edges, first=1)
    return {name: Scores(correct[k], predicted_counts[k], gold_counts[k]) for k, name in enumerate(names)}


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
    keys = [entity_keys(spans) for spans in gold]
    occurrences = Counter(
        tuple(words[i:j]) for entities, words in zip(keys, tokens, strict=True) for i, j, _ in entities
    )
    correct, predicted_counts, gold_counts = Counter[int](), Counter[int](), Counter[int]()
    for count in occurrences.values():
        gold_counts[bisect_left(edges, count)] += count
    for g, p, words in zip(keys, map(entity_keys, predicted), tokens, strict=True):
        for entity in p:
            number = bisect_left(edges, occurrences.get(tuple(words[entity[0] : entity[1]]), 0))
            predicted_counts[number] += 1
            correct[number] += entity in g
    names = _bin_names(edges, first=0)
    return {name: Scores(correct[k], predicted_counts[k], gold_counts[k]) for k, name in enumerate(names)}


def _check_lengths(gold: Sequence[object], predicted: Sequence[object], sentences: Sequence[object]) -> None:
    if not len(gold) == len(predicted) == len(sentences):
        raise DataError(
            f"{len(gold)} gold and {len(predicted)} predicted sentences, lengths or tokens of {len(sentences)}; "
            "they must be the same sentences"
        )


def _bin_names(edges: Sequence[int], *, first: int) -> list[str]:
    lows = [first, *(edge + 1 for edge in edges)]
    names = [f"{low}" if low == high else f"{low}-{high}" for low, high in zip(lows, edges, strict=False)]
    return [*names, f">{edges[-1]}"]
