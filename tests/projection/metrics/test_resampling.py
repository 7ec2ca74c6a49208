from __future__ import annotations

import time

import numpy as np
import pytest

from silverner.projection.errors import DataError, UsageError
from silverner.projection.metrics import compare, evaluate_spans, intervals
from silverner.projection.spans import Span

Side = list[list[Span]]


def simulate(rng: np.random.Generator, sentences: int, qualities: tuple[float, ...]) -> tuple[Side, ...]:
    """Gold of 0 to 3 entities a sentence, and predictions that have each right with their quality, and add some."""
    sides: tuple[Side, ...] = tuple([] for _ in range(1 + len(qualities)))
    for _ in range(sentences):
        gold = [Span(k, k + 1, "PER") for k in range(rng.integers(0, 4))]
        sides[0].append(gold)
        for side, quality in zip(sides[1:], qualities, strict=True):
            spurious = [Span(9, 10, "LOC")] if rng.random() < 0.2 else []
            side.append([span for span in gold if rng.random() < quality] + spurious)
    return sides


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    """A sentence has 1.5 gold entities, 1.5 q right ones and 1.5 q + 0.2 predicted ones on average."""
    quality, rng = 0.7, np.random.default_rng(5)
    truth = 100 * 2 * 1.5 * quality / (1.5 + 1.5 * quality + 0.2)
    hits = 0
    for _ in range(300):
        gold, predicted = simulate(rng, 150, (quality,))
        f1 = intervals(gold, predicted, resamples=300)["f1"]
        hits += f1.low <= truth <= f1.high
    assert 0.91 <= hits / 300 <= 0.985


def test_drawing_kinds_of_sentences_is_drawing_sentences() -> None:
    gold, predicted = simulate(np.random.default_rng(2), 120, (0.6,))
    counts = np.array([(len(set(g) & set(p)), len(p), len(g)) for g, p in zip(gold, predicted, strict=True)])
    drawn = counts[np.random.default_rng(8).integers(0, 120, (20000, 120))].sum(axis=1)
    f1 = 200 * drawn[:, 0] / (drawn[:, 1] + drawn[:, 2])
    ours = intervals(gold, predicted, resamples=20000, level=90)["f1"]
    assert (ours.low, ours.high) == pytest.approx(tuple(np.percentile(f1, [5, 95])), abs=0.3)


def test_intervals_are_the_same_for_one_seed_and_hold_the_score() -> None:
    gold, predicted = simulate(np.random.default_rng(1), 200, (0.8,))
    result = intervals(gold, predicted)
    assert result == intervals(gold, predicted) == intervals(gold[::-1], predicted[::-1])
    assert result != intervals(gold, predicted, seed=1)
    scores = evaluate_spans(gold, predicted).overall
    for name in ("precision", "recall", "f1"):
        assert result[name].low < getattr(scores, name) < result[name].high
    wide, narrow = intervals(gold, predicted, level=99)["f1"], intervals(gold, predicted, level=50)["f1"]
    assert wide.low < narrow.low < narrow.high < wide.high
    assert (result["f1"].level, result["f1"].resamples, result["f1"].seed) == (95.0, 1000, 0)


def test_a_perfect_prediction_has_no_width() -> None:
    gold = [[Span(0, 1, "PER")]] * 20
    assert {(i.low, i.high) for i in intervals(gold, gold).values()} == {(100.0, 100.0)}


def test_ten_thousand_sentences_take_less_than_a_second() -> None:
    gold, first, second = simulate(np.random.default_rng(3), 10_000, (0.7, 0.72))
    start = time.process_time()
    intervals(gold, first)
    middle = time.process_time()
    compare(gold, first, second)
    assert middle - start < 1
    assert time.process_time() - middle < 2


def test_identical_predictions_do_not_differ() -> None:
    gold, predicted = simulate(np.random.default_rng(4), 50, (0.5,))
    result = compare(gold, predicted, predicted)
    assert (result.p, result.difference, result.interval.low, result.interval.high) == (1.0, 0.0, 0.0, 0.0)


def test_a_clearly_better_prediction_is_told_and_exchanging_both_changes_only_the_sign() -> None:
    gold, worse, better = simulate(np.random.default_rng(6), 200, (0.5, 0.8))
    forwards, backwards = compare(gold, worse, better), compare(gold, better, worse)
    assert forwards.p == pytest.approx(1 / 1001)
    assert 0 < forwards.interval.low < forwards.difference < forwards.interval.high
    assert forwards.difference == forwards.second - forwards.first == -backwards.difference
    assert (forwards.first, forwards.second) == (
        evaluate_spans(gold, worse).overall.f1,
        evaluate_spans(gold, better).overall.f1,
    )
    close = simulate(np.random.default_rng(9), 100, (0.6, 0.65))
    p = compare(*close).p
    assert 0.001 < p < 1
    assert p == compare(close[0], close[2], close[1]).p
    assert p == compare(*close).p != compare(*close, seed=1).p


def test_equal_systems_are_called_different_as_rarely_as_p_says() -> None:
    rng = np.random.default_rng(7)
    result = [compare(*simulate(rng, 80, (0.6, 0.6)), resamples=200).p for _ in range(300)]
    assert 0.05 <= np.mean(np.array(result) <= 0.1) <= 0.15
    assert 0.4 <= np.mean(np.array(result) <= 0.5) <= 0.6


def test_shuffling_kinds_of_sentences_is_shuffling_sentences() -> None:
    gold, a, b = simulate(np.random.default_rng(9), 60, (0.6, 0.7))
    counts = np.array([[(len(set(g) & set(p)), len(p)) for p in (x, y)] for g, x, y in zip(gold, a, b, strict=True)])
    expected = sum(map(len, gold))
    coins = np.random.default_rng(1).random((20000, 60)) < 0.5
    sides = [np.where(coins[..., None], counts[:, k], counts[:, 1 - k]).sum(axis=1) for k in (0, 1)]
    f1 = [200 * side[:, 0] / (side[:, 1] + expected) for side in sides]
    result = compare(gold, a, b, resamples=20000)
    assert result.p == pytest.approx(np.mean(np.abs(f1[0] - f1[1]) >= abs(result.difference) - 1e-9), abs=0.015)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"resamples": 0}, "resamples=0 is too small; allowed: 1 to 100000"),
        ({"resamples": 999999999999}, "resamples=999999999999 is too large; allowed: 1 to 100000"),
        ({"level": 100.0}, "level=100.0 is no confidence; allowed: percent between 0 and 100"),
        ({"level": 0.0}, "level=0.0 is no confidence"),
        ({"seed": -1}, "seed=-1 is no seed; allowed: 0 or more"),
    ],
)
def test_wrong_settings_are_refused(changes: dict[str, float], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        intervals([[]], [[]], **changes)  # type: ignore[arg-type]  # numbers out of range, by name
    with pytest.raises(UsageError, match=message):
        compare([[]], [[]], [[]], **changes)  # type: ignore[arg-type]  # numbers out of range, by name


def test_nothing_to_draw_from_is_refused() -> None:
    with pytest.raises(DataError, match="there is no sentence; resampling needs at least one"):
        intervals([], [])
    with pytest.raises(DataError, match="2 gold and 1 predicted sentences"):
        compare([[], []], [[], []], [[]])
    assert {(i.low, i.high) for i in intervals([[]], [[]]).values()} == {(0.0, 0.0)}
