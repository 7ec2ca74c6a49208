"""The confidence of a projected span: a probability, from its score and that of the best other place for its entity.

It is the probability that the target has this very entity, with these boundaries and this label, if the source has it.
The annotators of parallel corpora do not always mark the same things: that is in the probability, too, as it is on
average over the corpora that it was fitted on. The constants are a logistic regression on Europarl en-es, en-de and
PUD en-de, both ways, each weighing the same (``benchmarks/bench_confidence.py`` fits them, and measures them on the set
left out). The fitted score knows more of a span, and has a model of its own (``entity_model.py``).
"""

from __future__ import annotations

import math

from silverner.projection.scoring.choices import Score

CONSTANTS: dict[Score, tuple[float, float, float]] = {
    "fused": (-1.85, 1.06, 4.99),
    "dice": (-3.72, 1.61, 6.81),
}
"""Intercept, and slopes of the margin and the height, by score; the fitted score needs none."""
HEIGHT_LIMITS: dict[Score, float] = {"fused": 0.6, "dice": 0.6}
"""A score of this is as good as any higher one: then the margin decides."""


def confidence(score: Score, *, chosen: float, rival: float) -> float:
    """Return the probability that a span is the right entity.

    :param score: What the two were scored with, ``fused`` or ``dice``.
    :param chosen: Score of the span.
    :param rival: Score of the best other candidate for the same entity, 0 without any.
    :returns: Probability from 0 to 1.

    >>> confidence("fused", chosen=1.0, rival=0.9) < confidence("fused", chosen=1.0, rival=0.4)
    True
    >>> round(confidence("fused", chosen=1.0, rival=0.0), 2), round(confidence("fused", chosen=0.3, rival=0.0), 2)
    (0.9, 0.49)
    """
    intercept, *slopes = CONSTANTS[score]
    margin, height = min(chosen - rival, 1.0), min(chosen, HEIGHT_LIMITS[score])
    return 1 / (1 + math.exp(-intercept - slopes[0] * margin - slopes[1] * height))
