"""How sure a score is, and whether one prediction is better than another: by resampling sentences.

Sentences with the same counts are the same to every resample, so only how often each kind of sentence is drawn is drawn
(a multinomial, or a binomial). The distribution is exactly that of drawing sentence by sentence, at a thousandth of its
cost, and the order of sentences cannot change the outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from silverner.projection.errors import DataError, UsageError
from silverner.projection.spans import Span

MOST = 100_000
"""Resamples; all of them are drawn at once, and more would tell nothing more."""
_Counts = npt.NDArray[np.int64]
_Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a score lies with a confidence of ``level`` percent."""

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
    """Two predictions for the same sentences.

    :param first: Strict F1 of the first prediction.
    :param second: Strict F1 of the second.
    :param difference: Second minus first.
    :param interval: Of the difference, by the paired bootstrap.
    :param p: Probability of a difference this large, either way, were both equally good.
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
    :param resamples: How often to draw.
    :param seed: Seed of the draws.
    :param level: Confidence in percent.
    :returns: Intervals of ``precision``, ``recall`` and ``f1``.
    :raises DataError: when there is no sentence, or their numbers differ.
    :raises UsageError: when ``resamples``, ``seed`` or ``level`` is out of range.

    >>> spans = [[Span(0, 1, "PER")]]
    >>> found = intervals(spans * 80, [*spans * 60, *[[]] * 20])
    >>> round(found["recall"].low), round(found["recall"].high)
    (65, 84)
    """
    _check(resamples, level, seed)
    kinds, often = np.unique(_counts(gold, predicted), axis=0, return_counts=True)
    drawn = _draw(kinds, often, resamples, seed)
    correct, found, wanted = drawn.T
    shares = {
        "precision": _share(correct, found),
        "recall": _share(correct, wanted),
        "f1": _share(2 * correct, found + wanted),
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
    significance of result differences"): in every sentence the two predictions change places by the toss of a coin;
    p is the share of such shufflings, the real one included, that differ at least as much. The interval of the
    difference is from the paired bootstrap (Berg-Kirkpatrick, Burkett and Klein 2012).

    :param gold: The gold entities of every sentence.
    :param first: The first prediction for the same sentences.
    :param second: The second.
    :param resamples: How many shufflings, and how many resamples.
    :param seed: Seed of both.
    :param level: Confidence of the interval in percent.
    :returns: The comparison; with first and second exchanged, the same p.
    :raises DataError: when there is no sentence, or their numbers differ.
    :raises UsageError: when ``resamples``, ``seed`` or ``level`` is out of range.

    >>> gold = [[Span(0, 1, "PER")]] * 40
    >>> found = compare(gold, [*gold[:30], *[[]] * 10], gold)
    >>> round(found.first, 1), found.second, found.p < 0.01
    (85.7, 100.0, True)
    """
    _check(resamples, level, seed)
    sides = [_counts(gold, side) for side in (first, second)]
    wanted = int(sides[0][:, 2].sum())
    a, b = (side[:, :2] for side in sides)
    f1 = [_f1(side.sum(axis=0), wanted) for side in (a, b)]
    return Comparison(
        first=float(f1[0]),
        second=float(f1[1]),
        difference=float(f1[1] - f1[0]),
        interval=_paired_interval(sides[0], b, resamples, seed, level),
        p=_randomised(a, b, wanted, float(abs(f1[1] - f1[0])), resamples, seed),
    )


def _paired_interval(first: _Counts, second: _Counts, resamples: int, seed: int, level: float) -> Interval:
    kinds, often = np.unique(np.hstack([first, second]), axis=0, return_counts=True)
    drawn = _draw(kinds, often, resamples, seed)
    differences = _f1(drawn[:, 3:5], drawn[:, 2]) - _f1(drawn[:, 0:2], drawn[:, 2])
    return _interval(differences, level, seed)


def _randomised(a: _Counts, b: _Counts, wanted: int, observed: float, resamples: int, seed: int) -> float:
    # A coin does not care which side was first: with the smaller one first, exchanging both changes nothing.
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    pairs = np.where(swap[:, None], np.hstack([b, a]), np.hstack([a, b]))
    kinds, often = np.unique(pairs, axis=0, return_counts=True)
    tossed = np.random.default_rng(seed).binomial(often, 0.5, size=(resamples, len(often)))
    left, right = kinds[:, :2], kinds[:, 2:]
    one = tossed @ left + (often - tossed) @ right
    other = tossed @ right + (often - tossed) @ left
    shuffled = np.abs(_f1(one, wanted) - _f1(other, wanted))
    return float((1 + np.count_nonzero(shuffled >= observed - 1e-9)) / (resamples + 1))


def _check(resamples: int, level: float, seed: int) -> None:
    if seed < 0:
        raise UsageError(f"seed={seed} is no seed; allowed: 0 or more")
    if not 1 <= resamples <= MOST:
        why = "draws nothing" if resamples < 1 else "draws too much"
        raise UsageError(f"resamples={resamples} {why}; allowed: 1 to {MOST}, 1000 is usual")
    if not 0 < level < 100:
        raise UsageError(f"level={level} is no confidence; allowed: percent between 0 and 100, such as 95")


def _counts(gold: Sequence[Iterable[Span]], predicted: Sequence[Iterable[Span]]) -> _Counts:
    """Count correct, predicted and gold entities of every sentence."""
    if len(gold) != len(predicted):
        raise DataError(f"{len(gold)} gold and {len(predicted)} predicted sentences; they must be the same sentences")
    if not len(gold):
        raise DataError("there is no sentence to draw; resampling needs at least one")
    rows = []
    for g, p in zip(gold, predicted, strict=True):
        wanted, found = ({(s.start, s.end, s.label) for s in side} for side in (g, p))
        rows.append((len(wanted & found), len(found), len(wanted)))
    return np.array(rows, dtype=np.int64)


def _draw(kinds: _Counts, often: _Counts, resamples: int, seed: int) -> _Counts:
    """Draw as many sentences as there are, again and again, and sum their counts."""
    n = int(often.sum())
    times = np.random.default_rng(seed).multinomial(n, often / n, size=resamples)
    return np.asarray(times @ kinds, dtype=np.int64)


def _f1(counts: _Counts, wanted: _Counts | int) -> _Shares:
    """Return F1 of counts of correct and predicted entities."""
    return _share(2 * counts[..., 0], counts[..., 1] + wanted)


def _share(part: _Counts, whole: _Counts) -> _Shares:
    return np.asarray(100 * part / np.maximum(whole, 1), dtype=np.float64)


def _interval(values: _Shares, level: float, seed: int) -> Interval:
    low, high = np.percentile(values, [(100 - level) / 2, (100 + level) / 2])
    return Interval(float(low), float(high), level, len(values), seed)
