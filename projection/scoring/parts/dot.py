"""A word that a middle dot joins to one of the name, as in 罗丝·韦凯萨."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from silverner.projection.scoring.pair_arrays import Mask, PairArrays, Reals
from silverner.projection.scoring.part import ScorePart

DOTS = frozenset("·・･‧•")
"""Tokens that join the parts of a name in Chinese and Japanese; none begins or ends with one."""


def reward_dotted_words(arrays: PairArrays, scores: Reals, weight: float) -> Reals:
    """Give the weight to what a dot joins to a name, where nothing else claims it."""
    return joined_by_dots(scores, arrays.unclaimed, arrays.pair.target, weight)


def joined_by_dots(scores: Reals, unclaimed: Mask, target: Sequence[str], weight: float) -> Reals:
    """Give the weight to what a middle dot joins to a name.

    The name is followed from dot to dot, first to the right, then to the left; then the dots within it are given it.

    :param scores: The scores so far.
    :param unclaimed: For each entity and token whether no word outside the entity claims it.
    :param target: The target tokens.
    :param weight: The score given to the word, and to the dot; what a word must have to hand it on.
    """
    raised = scores.copy()
    dots = [j for j in range(1, len(target) - 1) if weight and target[j] in DOTS]
    for place, beyond in [(j - 1, j + 1) for j in dots] + [(j + 1, j - 1) for j in reversed(dots)]:
        for k in np.flatnonzero((raised[:, place] >= weight) & unclaimed[:, beyond]):
            if raised[k, beyond] >= raised[:, beyond].max():
                raised[k, beyond] = max(raised[k, beyond], weight)
    for j in dots:
        on_both_sides = (raised[:, j - 1] >= weight) & (raised[:, j + 1] >= weight)
        raised[on_both_sides, j] = np.maximum(raised[on_both_sides, j], weight)
    return raised


PART = ScorePart(
    name="dot",
    weight=0.75,
    step="context",
    description="A word that a middle dot joins to one of the name.",
    apply=reward_dotted_words,
)
