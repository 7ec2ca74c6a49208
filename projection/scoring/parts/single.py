"""A link that only one direction of the alignment has: mostly a word the aligner found no better place for."""

from __future__ import annotations

import numpy as np

from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart


def reward_single_links(arrays: PairArrays, link_scores: Reals, weight: float) -> Reals:
    """Let a link be worth its weight."""
    return np.where(arrays.links.in_both, link_scores, weight * arrays.links.weight)


PART = ScorePart(
    name="single", weight=0.3, step="links", description="A link only one direction has.", apply=reward_single_links
)
