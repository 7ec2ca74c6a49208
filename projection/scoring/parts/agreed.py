"""A link that both directions of the alignment have."""

from __future__ import annotations

import numpy as np

from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart


def reward_agreed_links(arrays: PairArrays, link_scores: Reals, weight: float) -> Reals:
    """Let a link be worth its mean weight."""
    return np.where(arrays.links.in_both, weight * arrays.links.weight, link_scores)


PART = ScorePart(
    name="agreed", weight=1.0, step="links", description="A link both directions have.", apply=reward_agreed_links
)
