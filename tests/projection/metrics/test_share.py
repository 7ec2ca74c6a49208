"""Shares that are estimated from a sample, against a library and against draws from a known population."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from silverner.projection.errors import DataError
from silverner.projection.metrics.share import estimate_share


@pytest.mark.parametrize(("hits", "items"), [(91, 100), (1, 3), (50, 50), (0, 20), (499, 1000)])
def test_items_drawn_one_by_one_have_the_interval_of_wilson(hits: int, items: int) -> None:
    estimate = estimate_share([1] * hits + [0] * (items - hits), [1] * items)
    expected = binomtest(hits, items).proportion_ci(method="wilson")
    assert estimate.percent == pytest.approx(100 * hits / items)
    assert (estimate.low, estimate.high) == pytest.approx((100 * expected.low, 100 * expected.high))


def test_items_that_are_right_or_wrong_together_count_as_fewer() -> None:
    together = estimate_share([10] * 5 + [0] * 5, [10] * 10)
    alone = estimate_share([1] * 50 + [0] * 50, [1] * 100)
    few = estimate_share([1] * 5 + [0] * 5, [1] * 10)
    assert together.percent == alone.percent
    assert (together.low, together.high) == pytest.approx((few.low, few.high))


def test_the_interval_holds_the_share_of_the_population_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    items = rng.integers(1, 6, size=4000)
    quality = rng.choice([0.6, 0.95], size=4000)
    hits = rng.binomial(items, quality)
    share = 100 * hits.sum() / items.sum()
    covered = 0
    for _ in range(400):
        drawn = rng.choice(4000, size=100, replace=False)
        estimate = estimate_share(hits[drawn].tolist(), items[drawn].tolist())
        covered += estimate.low <= share <= estimate.high
    assert 0.92 <= covered / 400 <= 0.98


def test_a_sample_without_an_entity_is_refused() -> None:
    with pytest.raises(DataError, match="the sample has no entity to estimate a share from; draw a larger one"):
        estimate_share([0, 0], [0, 0])
