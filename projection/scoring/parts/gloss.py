"""A target word that looks like a word of the entity's gloss, its name in the target language."""

from __future__ import annotations

import numpy as np

from silverner.projection.scoring.pair_arrays import PairArrays, Reals, TokenScores
from silverner.projection.scoring.part import ScorePart


def reward_glosses(arrays: PairArrays, scores: Reals, weight: float) -> Reals:
    """Raise a word to what its gloss says; the name itself and the gloss count once, the higher of the two."""
    if not arrays.pair.evidence.glosses:
        return scores
    return np.maximum(scores, weight * similarity_to_glosses(arrays))


def similarity_to_glosses(arrays: PairArrays) -> TokenScores:
    """Tell how much each target word looks like a word of each entity's gloss, where nothing else claims it.

    :param arrays: The sentence pair; without glosses nothing looks like one.
    :returns: Matrix of shape (entities, target tokens).
    """
    pair, similarity = arrays.pair, arrays.no_scores()
    for k, gloss in enumerate(pair.evidence.glosses):
        for word in gloss:
            similarity[k] = np.maximum(similarity[k], arrays.words.similarities(word))
    return (arrays.unclaimed & arrays.not_small) * similarity


PART = ScorePart(
    name="gloss",
    weight=1.0,
    step="names",
    description="A target word that looks like a word of the entity's gloss, where there are glosses.",
    apply=reward_glosses,
)
