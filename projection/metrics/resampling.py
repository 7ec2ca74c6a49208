"""Intervals of scores, and tests between two predictions, by resampling sentences.

Sentences with the same counts are equivalent. So the code draws how often each kind of sentence occurs in a resample
(from a multinomial or binomial distribution) instead of drawing sentence by sentence. The distribution of resamples is
exactly the same at a thousandth of the cost, and the order of the sentences cannot change the outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from silverner.projection.errors import DataError, UsageError
from silverner.projection.metrics.scores import entity_keys
from silverner.projection.spans import Span

MOST_RESAMPLES = 100_000
"""Largest number of resamples; all are drawn at once, and more would not change the result."""
_Counts = npt.NDArray[np.int64]
_Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """The interval that holds a score with a confidence of ``level`` percent."""

    low: float
    high: float
    level: float
    resamples: int
    seed: int

    def facts(self) -> dict[str, float | int]:
        """Return everything by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares two predictions for the same sentences.

    :param first: Strict F1 of the first prediction.
    :param second: Strict F1 of the second.
    :param difference: Second minus first.
    :param interval: Interval of the difference, by the paired bootstrap.
    :param p: Probability of a difference this large, in either direction, if both were equally good.
    """

    first: float
    second: float
    difference: float
    interval: Interval
    p: float

    def facts(self) -> dict[str, object]:
        """Return everything as plain numbers."""
        return asdict(self)


def intervals(
    gold: Sequence[Iterable[Span]],
    predicted: Sequence[Iterable[Span]],
    *,
    resamples: int = 1000,
    seed: int = 0,
    level: float = 95.0,
) -> dict[str, Interval]:
    """Find percentile intervals of the strict scores by drawing sentences with replacement.

    Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13. A resample without any entity scores 0.

    :param gold: The gold entities of every sentence.
    :param predicted: The predicted entities of the same sentences.
    :param resamples: Number of resamples.
    :param seed: Seed of the draws.
    :param level: Confidence in percent.
    :returns: Intervals of ``precision``, ``recall`` and ``f1``.
    :raises DataError: when there is no sentence, or their numbers differ.
    :raises UsageError: when ``resamples``, ``seed`` or ``level`` is out of range.

    >>> spans = [[Span(0, 1, "PER")]]
    >>> bounds = intervals(spans * 80, [*spans * 60, *[[]] * 20])
    >>> round(bounds["recall"].low), round(bounds["recall"].high)
    (65, 84)
    """
    check_settings(resamples, seed, level)
    kinds, frequencies = np.unique(_counts(gold, predicted), axis=0, return_counts=True)
    sentences = dict(zip(map(tuple, kinds.tolist()), frequencies.tolist(), strict=True))
    return intervals_of_counts(sentences, resamples=resamples, seed=seed, level=level)


def intervals_of_counts(
    sentences: Mapping[tuple[int, int, int], int], *, resamples: int = 1000, seed: int = 0, level: float = 95.0
) -> dict[str, Interval]:
    """Find the intervals of :func:`intervals` for sentences of which only counts are known.

    :param sentences: For every triple of correct, predicted and gold entities the number of sentences that have these.
    :param resamples: As in :func:`intervals`.
    :param seed: As in :func:`intervals`.
    :param level: As in :func:`intervals`.
    :returns: As :func:`intervals` does.
    :raises UsageError: as :func:`intervals` does.

    >>> intervals_of_counts({(1, 1, 1): 3, (0, 1, 1): 1})["f1"].high
    100.0
    """
    check_settings(resamples, seed, level)
    kinds = np.array(sorted(sentences), dtype=np.int64)
    frequencies = np.array([sentences[kind] for kind in sorted(sentences)], dtype=np.int64)
    correct, predicted_counts, gold_counts = _draw(kinds, frequencies, resamples, seed).T
    shares = {
        "precision": _percent(correct, predicted_counts),
        "recall": _percent(correct, gold_counts),
        "f1": _percent(2 * correct, predicted_counts + gold_counts),
    }
    return {name: _interval(values, level, seed) for name, values in shares.items()}


def compare(
    gold: Sequence[Iterable[Span]],
    first: Sequence[Iterable[Span]],
    second: Sequence[Iterable[Span]],
    *,
    resamples: int = 1000,
    seed: int = 0,
    level: float = 95.0,
) -> Comparison:
    """Test whether two predictions differ in strict F1.

    The test is approximate randomisation, two-sided (Noreen 1989; Yeh 2000, "More accurate tests for the statistical
    significance of result differences"): in every sentence the two predictions are exchanged with probability
    one half; p is the share of such exchanges, the original included, with at least the observed difference. The
    interval of the difference is from the paired bootstrap (Berg-Kirkpatrick, Burkett and Klein 2012).

    :param gold: The gold entities of every sentence.
    :param first: The first prediction for the same sentences.
    :param second: The second.
    :param resamples: Number of random exchanges, and of resamples.
    :param seed: Seed of both.
    :param level: Confidence of the interval in percent.
    :returns: The comparison; p is the same with first and second exchanged.
    :raises DataError: when there is no sentence, or their numbers differ.
    :raises UsageError: when ``resamples``, ``seed`` or ``level`` is out of range.

    >>> gold = [[Span(0, 1, "PER")]] * 40
    >>> comparison = compare(gold, [*gold[:30], *[[]] * 10], gold)
    >>> round(comparison.first, 1), comparison.second, comparison.p < 0.01
    (85.7, 100.0, True)
    """
    check_settings(resamples, seed, level)
    sides = [_counts(gold, side) for side in (first, second)]
    gold_total = int(sides[0][:, 2].sum())
    a, b = (side[:, :2] for side in sides)
    f1 = [_f1(side.sum(axis=0), gold_total) for side in (a, b)]
    return Comparison(
        first=float(f1[0]),
        second=float(f1[1]),
        difference=float(f1[1] - f1[0]),
        interval=_paired_interval(sides[0], b, resamples, seed, level),
        p=_randomisation_p(a, b, gold_total, float(abs(f1[1] - f1[0])), resamples, seed),
    )


def _paired_interval(first: _Counts, second: _Counts, resamples: int, seed: int, level: float) -> Interval:
    kinds, frequencies = np.unique(np.hstack([first, second]), axis=0, return_counts=True)
    drawn = _draw(kinds, frequencies, resamples, seed)
    differences = _f1(drawn[:, 3:5], drawn[:, 2]) - _f1(drawn[:, 0:2], drawn[:, 2])
    return _interval(differences, level, seed)


def _randomisation_p(a: _Counts, b: _Counts, gold_total: int, observed: float, resamples: int, seed: int) -> float:
    # Every pair is put in one order, so that p is the same when the two predictions change places.
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    pairs = np.where(swap[:, None], np.hstack([b, a]), np.hstack([a, b]))
    kinds, frequencies = np.unique(pairs, axis=0, return_counts=True)
    unchanged = np.random.default_rng(seed).binomial(frequencies, 0.5, size=(resamples, len(frequencies)))
    exchanged = frequencies - unchanged
    left, right = kinds[:, :2], kinds[:, 2:]
    first_f1 = _f1(unchanged @ left + exchanged @ right, gold_total)
    second_f1 = _f1(unchanged @ right + exchanged @ left, gold_total)
    differences = np.abs(first_f1 - second_f1)
    return float((1 + np.count_nonzero(differences >= observed - 1e-9)) / (resamples + 1))


def check_settings(resamples: int, seed: int, level: float = 95.0) -> None:
    """Refuse settings that no resampling can have.

    :param resamples: Number of resamples.
    :param seed: Seed of the draws.
    :param level: Confidence in percent.
    :raises UsageError: naming what is allowed.
    """
    if seed < 0:
        raise UsageError(f"seed={seed} is no seed; allowed: 0 or more")
    if not 1 <= resamples <= MOST_RESAMPLES:
        why = "is too small" if resamples < 1 else "is too large"
        raise UsageError(f"resamples={resamples} {why}; allowed: 1 to {MOST_RESAMPLES}, 1000 is usual")
    if not 0 < level < 100:
        raise UsageError(f"level={level} is no confidence; allowed: percent between 0 and 100, such as 95")


def _counts(gold: Sequence[Iterable[Span]], predicted: Sequence[Iterable[Span]]) -> _Counts:
    """Count correct, predicted and gold entities of every sentence."""
    if len(gold) != len(predicted):
        raise DataError(f"{len(gold)} gold and {len(predicted)} predicted sentences; they must be the same sentences")
    if not len(gold):
        raise DataError("there is no sentence; resampling needs at least one")
    pairs = zip(map(entity_keys, gold), map(entity_keys, predicted), strict=True)
    counts = chain.from_iterable((len(g & p), len(p), len(g)) for g, p in pairs)
    return np.fromiter(counts, dtype=np.int64, count=3 * len(gold)).reshape(-1, 3)


def _draw(kinds: _Counts, frequencies: _Counts, resamples: int, seed: int) -> _Counts:
    """Draw resamples of as many sentences as there are, and sum the counts of each."""
    sentences = int(frequencies.sum())
    drawn = np.random.default_rng(seed).multinomial(sentences, frequencies / sentences, size=resamples)
    return np.asarray(drawn @ kinds, dtype=np.int64)


def _f1(counts: _Counts, gold_counts: _Counts | int) -> _Shares:
    """Return F1 of counts of correct and predicted entities."""
    return _percent(2 * counts[..., 0], counts[..., 1] + gold_counts)


def _percent(part: _Counts, whole: _Counts) -> _Shares:
    return np.asarray(100 * part / np.maximum(whole, 1), dtype=np.float64)


def _interval(values: _Shares, level: float, seed: int) -> Interval:
    low, high = np.percentile(values, [(100 - level) / 2, (100 + level) / 2])
    return Interval(float(low), float(high), level, len(values), seed)
