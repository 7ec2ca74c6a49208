"""The confidence of a projected span: a probability, from its score and that of the best other place for its entity.

It is the probability that the boundaries are those an annotator of the target would draw, where one marks an entity
there at all. A projection cannot know whether the source label is right, nor whether both annotators would mark the
same things. The constants are a logistic regression on Europarl en-es, en-de and PUD en-de, both ways, each weighing
the same (``benchmarks/bench_confidence.py`` fits them, and measures them on the set left out).
"""

from __future__ import annotations

import math

from silverner.projection.scoring.choices import Score

CONSTANTS: dict[Score, tuple[float, float, float]] = {
    "fitted": (-1.97, 2.82, 3.32),
    "fused": (-0.15, 1.78, 2.44),
    "dice": (-4.54, 2.53, 8.25),
}
"""Intercept, and slopes of the margin and the height, by score."""
HEIGHT_LIMITS: dict[Score, float] = {"fitted": 1.0, "fused": 0.6, "dice": 0.6}
"""A score of this is as good as any higher one: then the margin decides."""


def confidence(score: Score, *, chosen: float, rival: float) -> float:
    """Return the probability that a span is the right one.

    :param score: What the two were scored with.
    :param chosen: Score of the span.
    :param rival: Score of the best other candidate for the same entity, 0 without any.
    :returns: Probability from 0 to 1.

    >>> confidence("fused", chosen=1.0, rival=0.9) < confidence("fused", chosen=1.0, rival=0.4)
    True
    >>> round(confidence("fused", chosen=1.0, rival=0.0), 2), round(confidence("fused", chosen=0.3, rival=0.0), 2)
    (0.96, 0.75)
    """
    intercept, *slopes = CONSTANTS[score]
    margin, height = min(chosen - rival, 1.0), min(chosen, HEIGHT_LIMITS[score])
    return 1 / (1 + math.exp(-intercept - slopes[0] * margin - slopes[1] * height))
