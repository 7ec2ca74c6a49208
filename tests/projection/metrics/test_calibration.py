from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.errors import DataError
from silverner.projection.metrics import calibration


def test_bins_by_hand() -> None:
    got = calibration([0.05, 0.15, 0.12, 1.0, 0.95], [False, True, False, True, True])
    assert [(b.low, b.count) for b in got.bins] == [(0.0, 1), (0.1, 2), (0.9, 2)]
    assert [b.correct for b in got.bins] == [0.0, 0.5, 1.0]
    assert got.error == pytest.approx((0.05 + 2 * (0.5 - 0.135) + 2 * 0.025) / 5)
    assert (got.confidence, got.correct) == (pytest.approx(2.27 / 5), 0.6)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.integers(1, 20))
def test_the_error_is_that_of_its_definition(rows: list[tuple[float, bool]], bins: int) -> None:
    confidence, right = np.array([c for c, _ in rows]), np.array([r for _, r in rows])
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    expected = sum(
        (place == b).mean() * abs(confidence[place == b].mean() - right[place == b].mean())
        for b in range(bins)
        if (place == b).any()
    )
    got = calibration(confidence.tolist(), right.tolist(), bins=bins)
    assert got.error == pytest.approx(expected)
    assert sum(b.count for b in got.bins) == len(rows)


@pytest.mark.parametrize(
    ("confidences", "correct", "message"),
    [
        ([], [], "0 confidences and 0 outcomes"),
        ([0.5], [], "1 confidences and 0 outcomes"),
        ([0.5, 1.5], [True, True], "the confidence 1.5 of prediction 2 lies outside 0 to 1"),
        ([float("nan")], [True], "the confidence nan of prediction 1"),
    ],
)
def test_what_cannot_be_compared_is_refused(confidences: list[float], correct: list[bool], message: str) -> None:
    with pytest.raises(DataError, match=message):
        calibration(confidences, correct)
