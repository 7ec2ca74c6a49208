"""A cap on every target token: one certain word must not outweigh the rest of its name."""

from __future__ import annotations

import numpy as np

from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart


def cap_tokens(arrays: PairArrays, scores: Reals, weight: float) -> Reals:
    """Cut what is higher than the cap."""
    return np.minimum(scores, weight)


PART = ScorePart(
    name="cap_per_token",
    weight=1.25,
    kind="cap",
    step="context",
    description="No target token counts more: one certain word must not outweigh the rest of its name.",
    apply=cap_tokens,
)
