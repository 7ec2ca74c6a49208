"""A link of one direction from a name to a small word: the word is hardly part of the name."""

from __future__ import annotations

import numpy as np

from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart


def penalise_small_words(arrays: PairArrays, link_scores: Reals, weight: float) -> Reals:
    """Take a share of the link away."""
    links = arrays.links
    to_small_word = ~links.in_both & arrays.entity_has_capital[links.entity] & ~arrays.not_small[links.target]
    return np.where(to_small_word, link_scores * (1.0 - weight), link_scores)


PART = ScorePart(
    name="penalty_small_word",
    weight=0.9,
    kind="penalty",
    step="links",
    description="What a single link loses from an entity written with a capital to a small word.",
    apply=penalise_small_words,
)
