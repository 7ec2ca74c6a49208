"""The rest of a compound: ``Wettbewerbspolitik`` is *competition policy*, and the aligner often links one word only."""

from __future__ import annotations

import numpy as np

from silverner.projection.scoring.capitalisation import letter_case
from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart

FIRST_SHARE, WHOLE_SHARE = 0.75, 1.2
"""Of the letters of a compound, its first word has at most the first share, its words together at most the second."""


def reward_compound_rests(arrays: PairArrays, link_scores: Reals, weight: float) -> Reals:
    """Let a single link to the rest of a compound be worth this much instead, without the penalty for a small word."""
    links, agreed, link_scores = arrays.links, set(arrays.agreed), link_scores.copy()
    for index in np.flatnonzero(~links.in_both):
        if _is_rest_of_compound(arrays, int(links.source[index]), int(links.target[index]), agreed):
            link_scores[index] = weight * links.weight[index]
    return link_scores


def _is_rest_of_compound(arrays: PairArrays, i: int, j: int, agreed: set[tuple[int, int]]) -> bool:
    """Tell whether a target word stands beside one that is surely part of a source word, and is the rest of it.

    Its length says so: the source word is longer than the sure part, and long enough for both. Lengths can be compared
    where letters have case. A small word is not the rest of what begins with a capital: *der* in *der Schweiz* is none.
    """
    word, target = arrays.pair.source[i], arrays.pair.target
    neighbours = [place for place in (j - 1, j + 1) if (i, place) in agreed]
    if not neighbours or "none" in map(letter_case, [word, *(target[k] for k in [j, *neighbours])]):
        return False
    if not arrays.not_small[j] and arrays.not_small[neighbours].any():
        return False
    first_letters = sum(len(target[place]) for place in neighbours)
    return first_letters <= FIRST_SHARE * len(word) and first_letters + len(target[j]) <= WHOLE_SHARE * len(word) + 1


PART = ScorePart(
    name="compound",
    weight=1.0,
    step="links",
    description="A link only one direction has, to the second word of two that make up one of the entity.",
    apply=reward_compound_rests,
)
