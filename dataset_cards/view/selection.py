"""Which rows a page holds, where it does not hold all of them."""

from __future__ import annotations

import random
from collections.abc import Mapping

MOST_ROWS = 100_000
"""The most rows of a page, if nobody gives another number: a browser opens such a page in seconds."""


def rows_per_language(totals: Mapping[str, int], most: int) -> dict[str, int]:
    """Divide the rows of a page among the languages: all get the same, and what one does not need the others get.

    :param totals: For every language the rows that it has.
    :param most: The most rows of the page.
    :returns: For every language the rows that it gets.

    >>> rows_per_language({"spa": 10, "deu": 200, "swh": 300}, 110)
    {'spa': 10, 'deu': 50, 'swh': 50}
    """
    left, shares = most, dict.fromkeys(totals, 0)
    for number, code in enumerate(sorted(totals, key=lambda code: totals[code])):
        shares[code] = min(totals[code], left // (len(totals) - number))
        left -= shares[code]
    return shares


def sampled(total: int, number: int) -> frozenset[int]:
    """Draw rows by chance, and the same rows every time.

    :param total: The rows to draw from.
    :param number: How many to draw.
    :returns: Their positions.
    """
    return frozenset(random.Random(0).sample(range(total), number))  # noqa: S311 - no secret
