"""Intervals of mean scores, and tests between two groups of students, over seeds and test sentences.

The score of a group is the mean over its seeds of strict micro F1. It would be another one with other test sentences
and with other seeds, so both are resampled (the Multi-Bootstrap: Sellam et al. 2022, "The MultiBERTs", ICLR):

1. Test sentences are drawn with replacement. One draw serves all students of a language, because all were measured on
   the same sentences: groups are paired by sentence, and more seeds are no more text.
2. The mean over seeds is drawn from Student's t with the deviation of F1 over seeds (of two groups: Welch 1947).
   Drawing two or three seeds with replacement gives a deviation that is too small by ``sqrt((n - 1) / n)``, and no
   tails: such a test of equal strategies finds a difference far too often.
3. Seeds differ on the same sentences, too. That part of the noise is in both steps, and is taken out of the first.

A group of one seed has no deviation. Then only sentences are drawn, and the table says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silverner.projection.metrics.scores import entity_keys
from silverner.projection.spans import Span

RESAMPLES = 4000
SEED = 0
_AT_ONCE = 250
"""Resamples that are in memory at the same time."""
Counts = NDArray[np.float64]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Test:
    """A test between two groups of students.

    :param difference: Mean F1 of the group minus that of the baseline.
    :param low: Where the difference begins with 95 % confidence.
    :param high: Where it ends.
    :param p: Probability of a difference this large, in either direction, if both were equally good.
    """

    difference: float
    low: float
    high: float
    p: float


def sentence_counts(gold: Sequence[Sequence[Span]], predicted: Sequence[Sequence[Span]]) -> Counts:
    """Count the correct, predicted and gold entities of every sentence.

    :param gold: The gold entities.
    :param predicted: Those of a student.
    :returns: Shape (sentences, 3).
    """
    pairs = zip(map(entity_keys, gold), map(entity_keys, predicted), strict=True)
    return np.array([(len(g & p), len(p), len(g)) for g, p in pairs], dtype=np.float64).reshape(-1, 3)


def f1_of_counts(counts: Counts) -> Scores:
    """Return strict F1 in percent; it is 0 without any entity.

    :param counts: Correct, predicted and gold entities, shape (..., 3).
    :returns: Shape (...).

    >>> f1_of_counts(np.array([[1.0, 2.0, 2.0], [0.0, 0.0, 0.0]]))
    array([50.,  0.])
    """
    return np.asarray(200 * counts[..., 0] / np.maximum(counts[..., 1] + counts[..., 2], 1), dtype=np.float64)


class Resampling:
    """The scores of groups of students, on all test sentences and on resamples of them."""

    def __init__(self, groups: Mapping[str, Sequence[Counts]], *, resamples: int = RESAMPLES) -> None:
        """Score all students on the same resamples.

        :param groups: For every group the counts of each of its students, shape (sentences, 3).
        :param resamples: Number of resamples.
        """
        students = np.stack([counts for group in groups.values() for counts in group], axis=1)
        ends = np.cumsum([len(group) for group in groups.values()])
        places = [range(end - len(group), end) for end, group in zip(ends, groups.values(), strict=True)]
        self._places = dict(zip(groups, places, strict=True))
        self._f1 = f1_of_counts(students.sum(axis=0))
        self._resampled = _resampled_f1(students, resamples)

    def interval(self, group: str) -> tuple[float, float]:
        """Return where the mean F1 of a group begins and ends with 95 % confidence.

        :param group: Its name.
        :returns: Both ends, in percent.
        """
        means = self._drawn([(1, self._places[group])])
        low, high = np.clip(np.percentile(means, [2.5, 97.5]), 0, 100)
        return float(low), float(high)

    def test(self, baseline: str, group: str) -> Test:
        """Test whether the mean F1 of two groups differs, two-sided.

        p is the share of resamples whose difference is as far from the observed one as that is from 0.

        :param baseline: The group to compare with.
        :param group: The other group.
        :returns: The difference, its interval, and p.
        """
        first, second = self._places[baseline], self._places[group]
        observed = float(self._f1[second].mean() - self._f1[first].mean())
        differences = self._drawn([(1, second), (-1, first)])
        extreme = np.count_nonzero(np.abs(differences - observed) >= abs(observed) - 1e-9)
        low, high = np.percentile(differences, [2.5, 97.5])
        return Test(observed, float(low), float(high), (1 + extreme) / (len(differences) + 1))

    def _drawn(self, groups: Sequence[tuple[int, range]]) -> Scores:
        """Draw a sum of mean scores, over sentences and seeds.

        :param groups: The sign of each mean, and the students it is of.
        """
        means = [sign * self._resampled[:, students].mean(axis=1) for sign, students in groups]
        observed = sum(sign * float(self._f1[students].mean()) for sign, students in groups)
        of_sentences = np.sum(means, axis=0) - observed
        parts = [self._seed_variance(students) for _, students in groups if len(students) > 1]
        variance = sum(part.mean for part in parts)
        if variance == 0:
            return np.asarray(observed + of_sentences, dtype=np.float64)
        shared = sum(part.of_sentences for part in parts) / max(float(of_sentences.var()), 1e-12)
        freedom = variance**2 / sum(part.mean**2 / part.freedom for part in parts)
        of_seeds = np.random.default_rng([SEED, 1]).standard_t(freedom, size=len(of_sentences)) * np.sqrt(variance)
        return np.asarray(observed + of_sentences * np.sqrt(max(0.0, 1 - shared)) + of_seeds, dtype=np.float64)

    def _seed_variance(self, students: range) -> _SeedVariance:
        number, scores = len(students), self._resampled[:, students]
        beside_mean = (scores - scores.mean(axis=1, keepdims=True)).var(axis=0).sum()
        return _SeedVariance(
            mean=float(self._f1[students].var(ddof=1)) / number,
            of_sentences=float(beside_mean) / (number - 1) / number,
            freedom=number - 1,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _SeedVariance:
    """The variance of a mean over seeds.

    :param mean: All of it.
    :param of_sentences: The part that comes from the choice of sentences, on which seeds differ.
    :param freedom: Its degrees of freedom.
    """

    mean: float
    of_sentences: float
    freedom: int


def _resampled_f1(students: Counts, resamples: int) -> Scores:
    """Draw as many sentences as there are, again and again, and score every student on each draw.

    :param students: Shape (sentences, students, 3).
    :returns: Shape (resamples, students).
    """
    sentences, number = students.shape[:2]
    flat = students.reshape(sentences, -1)
    draws = np.random.default_rng([SEED, 0])
    parts = []
    for start in range(0, resamples, _AT_ONCE):
        size = (min(_AT_ONCE, resamples - start), sentences)
        chosen = draws.integers(sentences, size=size) + sentences * np.arange(size[0])[:, None]
        times = np.bincount(chosen.ravel(), minlength=size[0] * sentences).reshape(size)
        parts.append(f1_of_counts((times @ flat).reshape(size[0], number, 3)))
    return np.concatenate(parts)
