"""A share that is estimated from a sample, with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import NormalDist

from silverner.projection.errors import DataError

LEVEL = 95.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareEstimate:
    """A share of items in percent, as a sample shows it.

    :param percent: The share in the sample.
    :param low: Where its interval begins.
    :param high: Where it ends.
    :param level: The confidence of the interval in percent.
    :param hits: Items of the sample that count.
    :param items: All items of the sample.
    """

    percent: float
    low: float
    high: float
    level: float
    hits: int
    items: int

    def facts(self) -> dict[str, float | int]:
        """Return everything by name."""
        return asdict(self)

    def __str__(self) -> str:
        """Write it for people."""
        return f"{self.percent:.1f} ({self.low:.1f} to {self.high:.1f}), from {self.hits:,} of {self.items:,} entities"


def estimate_share(hits: Sequence[int], items: Sequence[int], *, level: float = LEVEL) -> ShareEstimate:
    """Estimate a share of items from groups of items that were drawn at random.

    The interval is that of Wilson (1927), "Probable inference, the law of succession, and statistical inference". Items
    of one group, such as the entities of a sentence, are often right or wrong together. So the number of items is
    divided by the design effect, that is, by how much larger the variance between groups is than that of items drawn
    one by one (Kish 1965, "Survey Sampling"; never less than 1). For groups of one item the effect is 1.

    :param hits: For every group the number of items that count.
    :param items: For every group the number of its items.
    :param level: The confidence of the interval in percent.
    :returns: The estimate.
    :raises DataError: when there is no item.

    >>> print(estimate_share([1] * 91 + [0] * 9, [1] * 100))
    91.0 (83.8 to 95.2), from 91 of 100 entities
    """
    count, total = sum(items), sum(hits)
    if not count:
        raise DataError("the sample has no entity to estimate a share from; draw a larger one")
    share = total / count
    between_groups = sum((hit - share * number) ** 2 for hit, number in zip(hits, items, strict=True)) / count
    one_by_one = share * (1 - share)
    effect = max(1.0, between_groups / one_by_one) if one_by_one else 1.0
    size, z = count / effect, NormalDist().inv_cdf((1 + level / 100) / 2)
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    margin = z * math.sqrt(one_by_one / size + z * z / (4 * size * size)) / (1 + z * z / size)
    low, high = max(0.0, middle - margin), min(1.0, middle + margin)
    return ShareEstimate(
        percent=100 * share,
        low=0.0 if total == 0 else 100 * low,
        high=100.0 if total == count else 100 * high,
        level=level,
        hits=total,
        items=count,
    )
