"""The scores: how well a target span fits a source entity.

A score turns a sentence pair into a matrix ``e`` of shape (entities, target tokens), nothing negative. The score of
entity ``s`` and span ``t`` is ``2 * sum(e[s, j] for j in t) / (len(s) + len(t))``. With the number of links between
``s`` and ``j`` in the matrix this is the published dice score (arXiv 2501.18750, section 3.2).
"""

from __future__ import annotations

from collections.abc import Callable

from silverner.projection.scoring.choices import Score
from silverner.projection.scoring.dice import dice
from silverner.projection.scoring.fused import fused
from silverner.projection.scoring.pair_arrays import TokenScores
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.scoring.weights import PartWeights

SCORE_FUNCTIONS: dict[Score, Callable[[SentencePair, PartWeights], TokenScores]] = {
    "dice": dice,
    "fused": fused,
    "fitted": fused,
}
"""The token scores of every score; the fitted one looks at spans, and the fused score is a feature of these."""
THRESHOLDS: dict[Score, float] = {"dice": 0.0, "fused": 0.25, "fitted": 0.25}
"""What a span must score more than by default; less is a stray link, and no name."""
