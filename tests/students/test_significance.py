from __future__ import annotations

import random
import statistics

import numpy as np
import pytest

from silverner.projection.spans import Span
from silverner.students.report.significance import Counts, Resampling, f1_of_counts, sentence_counts

SENTENCES = 60


def _students(generator: np.random.Generator, seeds: int, *, deviation: float, gain: float = 0.0) -> list[list[Counts]]:
    """Make the counts of two groups that differ in nothing but ``gain``; seeds and sentences have effects."""
    hard, gold = generator.normal(0, 1, SENTENCES), generator.integers(0, 4, SENTENCES)
    groups = []
    for better in (0.0, gain):
        level = generator.normal(0, deviation, seeds)
        right = [1 / (1 + np.exp(-(0.5 + better + hard + effect))) for effect in level]
        correct = [generator.binomial(gold, chance) for chance in right]
        groups.append([np.stack([one, gold, gold], axis=1).astype(float) for one in correct])
    return groups


@pytest.mark.parametrize(("seeds", "deviation"), [(2, 0.0), (2, 0.5), (3, 0.0), (3, 0.5), (6, 0.2)])
def test_equal_strategies_seldom_differ(seeds: int, deviation: float) -> None:
    generator = np.random.default_rng(3)
    p = []
    for _ in range(200):
        first, second = _students(generator, seeds, deviation=deviation)
        p.append(Resampling({"a": first, "b": second}, resamples=400).test("a", "b").p)
    assert np.mean(np.array(p) < 0.05) <= 0.08


def test_better_strategies_are_found_to_differ() -> None:
    generator = np.random.default_rng(3)
    p = []
    for _ in range(50):
        first, second = _students(generator, 3, deviation=0.1, gain=1.5)
        p.append(Resampling({"a": first, "b": second}, resamples=400).test("a", "b").p)
    assert np.mean(np.array(p) < 0.05) > 0.9


def _plain_f1(counts: list[tuple[int, int, int]]) -> float:
    correct, predicted, gold = (sum(column) for column in zip(*counts, strict=True))
    return 200 * correct / (predicted + gold) if predicted + gold else 0.0


def test_interval_and_p_are_those_of_a_plain_bootstrap_over_sentences() -> None:
    """One seed: only sentences are drawn, for both groups the same ones."""
    draws = random.Random(1)
    gold = [(1, draws.randint(0, 1)) for _ in range(30)]
    first = [(right * draws.randint(0, 1), 1, 1) for right, _ in gold]
    second = [(max(c, draws.randint(0, 1)), 1, 1) for c, _, _ in first]
    differences, scores = [], []
    for _ in range(3000):
        chosen = draws.choices(range(30), k=30)
        scores.append(_plain_f1([second[k] for k in chosen]))
        differences.append(scores[-1] - _plain_f1([first[k] for k in chosen]))
    observed = _plain_f1(second) - _plain_f1(first)
    p = statistics.fmean(abs(one - observed) >= abs(observed) - 1e-9 for one in differences)
    resampling = Resampling({"a": [np.array(first, float)], "b": [np.array(second, float)]})
    test = resampling.test("a", "b")
    assert test.difference == pytest.approx(observed)
    assert test.p == pytest.approx(p, abs=0.02)
    assert [test.low, test.high] == pytest.approx(list(np.percentile(differences, [2.5, 97.5])), abs=2)
    assert resampling.interval("b") == pytest.approx(tuple(np.percentile(scores, [2.5, 97.5])), abs=2)


def test_seeds_that_differ_widen_the_interval_as_students_t_does() -> None:
    """Where all sentences are alike, only seeds are left: the interval is the textbook's, mean ± t * s / sqrt(n)."""
    group = [np.tile([right, 10.0, 10.0], (50, 1)) for right in (4.0, 5.0, 6.0)]
    low, high = Resampling({"a": group}).interval("a")
    half = 4.303 * 10 / 3**0.5  # t of 2 degrees of freedom, s = 10
    assert (low, high) == pytest.approx((50 - half, 50 + half), rel=0.08)


def test_the_same_students_always_have_the_same_p_whatever_else_is_compared() -> None:
    first, second = _students(np.random.default_rng(0), 3, deviation=0.2)
    alone = Resampling({"a": first, "b": second})
    beside = Resampling({"c": [first[0] * 2], "b": second, "a": first})
    assert alone.test("a", "b") == beside.test("a", "b")
    assert alone.test("a", "b").p == pytest.approx(alone.test("b", "a").p)
    assert alone.interval("a") == beside.interval("a")


def test_counts_are_strict() -> None:
    gold = [[Span(0, 1, "PER"), Span(2, 4, "LOC")], []]
    predicted = [[Span(0, 1, "PER"), Span(2, 3, "LOC")], [Span(0, 1, "PER")]]
    counts = sentence_counts(gold, predicted)
    assert counts.tolist() == [[1, 2, 2], [0, 1, 0]]
    assert f1_of_counts(counts).tolist() == [50.0, 0.0]
