"""Words between two of a name that nothing else explains."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from silverner.projection.scoring.pair_arrays import Mask, PairArrays, Reals
from silverner.projection.scoring.part import ScorePart

LONGEST = 3
"""A bridge is no longer than this many words."""


def reward_bridges(arrays: PairArrays, scores: Reals, weight: float) -> Reals:
    """Give the weight to the words between; a bridge holds no punctuation, and nothing that another word claims."""
    return bridged(scores, arrays.unclaimed & arrays.is_word, weight)


def bridged(scores: Reals, available: Mask, weight: float) -> Reals:
    """Give the weight to the words between two of a name.

    :param scores: The scores so far.
    :param available: For each entity and token whether the token may be part of a bridge.
    :param weight: The score given; what the words at both ends must have more than.
    """
    raised = scores.copy()
    for k, row in enumerate(scores if weight else []):
        for left, right in pairwise(np.flatnonzero(row > weight).tolist()):
            if 1 < right - left <= LONGEST + 1 and available[k, left + 1 : right].all():
                raised[k, left + 1 : right] = np.maximum(row[left + 1 : right], weight)
    return raised


PART = ScorePart(
    name="bridge",
    weight=0.2,
    step="context",
    description="A word between two of a name that nothing else explains.",
    apply=reward_bridges,
)
