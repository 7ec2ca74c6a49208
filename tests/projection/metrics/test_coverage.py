from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.errors import DataError, UsageError
from silverner.projection.metrics import Coverage, precision_at_coverage
from silverner.projection.metrics.coverage import coverage_table

PREDICTIONS = st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.5000001, 0.9, 1.0]), st.booleans()), min_size=1)


@pytest.mark.parametrize(
    ("confidences", "correct", "expected"),
    [
        ([0.9], [True], [(1, 0.9, 100.0)] * 4),
        ([0.2, 0.9, 0.6, 0.4], [False, True, True, False], [(2, 0.6, 100.0), (3, 0.4, 200 / 3), *[(4, 0.2, 50.0)] * 2]),
        (
            [0.9, 0.5, 0.5, 0.5],
            [True, True, False, False],
            [(2, 0.5, 200 / 3), (3, 0.5, 500 / 9), *[(4, 0.5, 50.0)] * 2],
        ),
        ([0.7] * 10, [True] * 4 + [False] * 6, [(k, 0.7, 40.0) for k in (5, 8, 9, 10)]),
    ],
)
def test_the_surest_by_hand(
    confidences: list[float], correct: list[bool], expected: list[tuple[int, float, float]]
) -> None:
    rows = precision_at_coverage(confidences, correct)
    assert [row.share for row in rows] == [0.5, 0.8, 0.9, 1.0]
    assert [(row.kept, row.confidence) for row in rows] == [(kept, confidence) for kept, confidence, _ in expected]
    assert [row.precision for row in rows] == pytest.approx([precision for *_, precision in expected])


@given(PREDICTIONS, st.integers(1, 20), st.randoms(use_true_random=False))
def test_it_is_the_mean_over_all_ways_to_break_ties(
    rows: list[tuple[float, bool]], twentieths: int, rng: random.Random
) -> None:
    """Count by rank: a right prediction is kept as often as its rank among its equals lies within those kept."""
    [measured] = precision_at_coverage(*zip(*rows, strict=True), coverages=[twentieths / 20])
    kept = max(1, round(twentieths / 20 * len(rows)))
    expected = Fraction(0)
    for confidence, is_right in rows:
        above, equal = sum(c > confidence for c, _ in rows), sum(c == confidence for c, _ in rows)
        expected += is_right * Fraction(min(max(kept - above, 0), equal), equal)
    assert measured.kept == kept
    assert measured.precision == pytest.approx(float(100 * expected / kept))
    rng.shuffle(rows)
    assert precision_at_coverage(*zip(*rows, strict=True), coverages=[twentieths / 20]) == [measured]


def test_a_table_has_a_line_for_every_share() -> None:
    lines = coverage_table([Coverage(0.5, 2, 0.75, 100.0), Coverage(1.0, 4, 0.1234, 75.0)]).splitlines()
    assert lines[0] == "surest entities  precision   kept  confidence at least"
    assert [line.split() for line in lines[1:]] == [
        ["50", "%", "100.00", "2", "0.750"],
        ["100", "%", "75.00", "4", "0.123"],
    ]
    assert {len(line) for line in lines[1:]} == {len(lines[0])}


@pytest.mark.parametrize(
    ("confidences", "correct", "coverages", "error", "message"),
    [
        ([], [], [1.0], DataError, "0 confidences and 0 outcomes"),
        ([0.5], [True, False], [1.0], DataError, "1 confidences and 2 outcomes"),
        ([0.5, float("nan")], [True, True], [1.0], DataError, "the confidence of prediction 2 is no number"),
        ([0.5], [True], [0.0], UsageError, "coverage=0.0 is no share to keep"),
        ([0.5], [True], [1.5], UsageError, "coverage=1.5 is no share to keep"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    confidences: list[float], correct: list[bool], coverages: list[float], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        precision_at_coverage(confidences, correct, coverages=coverages)
