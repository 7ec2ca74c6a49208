"""From the score of a span, and that of the best other place for its entity, to a probability.

What is estimated: that the boundaries are those an annotator of the target would draw, where one marks an entity there
at all. Whether the source label is right, and whether both annotators would mark the same things, a projection cannot
know. The constants are a logistic regression on Europarl en-es, en-de and PUD en-de, both ways, each weighing the same
(``benchmarks/bench_confidence.py`` fits them, and measures them on the set left out).
"""

from __future__ import annotations

import math

from projection.scoring import Score

CONSTANTS: dict[Score, tuple[float, float]] = {"fused": (1.10, 1.97), "dice": (0.39, 2.55)}
"""Intercept and slope of the margin, by score."""


def confidence(score: Score, *, chosen: float, rival: float) -> float:
    """Tell how sure it is that a span is the right one.

    :param score: What the two were scored with.
    :param chosen: Score of the span.
    :param rival: Score of the best other candidate for the same entity, 0 without any.
    :returns: Probability from 0 to 1.

    >>> confidence("fused", chosen=1.0, rival=0.9) < confidence("fused", chosen=1.0, rival=0.4)
    True
    """
    intercept, slope = CONSTANTS[score]
    return 1 / (1 + math.exp(-intercept - slope * min(chosen - rival, 1.0)))
