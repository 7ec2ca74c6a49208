"""The pieces of a word that is one token in the source: *Rolls - Royce* for ``Rolls-Royce``."""

from __future__ import annotations

import numpy as np

from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart


def reward_pieces(arrays: PairArrays, scores: Reals, weight: float) -> Reals:
    """Give all pieces of a word, marks between them included, this share of the score of the best piece."""
    raised = scores.copy()
    for word in arrays.pair.split_words:
        pieces = raised[word.entity, slice(*word.target)]
        np.maximum(pieces, weight * pieces.max(), out=pieces)
    return raised


PART = ScorePart(
    name="split_word",
    weight=1.0,
    step="context",
    description="A piece of a word that is one token in the source and several in the target.",
    apply=reward_pieces,
)
