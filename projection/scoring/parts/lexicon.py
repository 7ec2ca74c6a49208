"""Two words that are linked elsewhere in the corpus."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart


def reward_associated_words(arrays: PairArrays, scores: Reals, weight: float) -> Reals:
    """Add for each entity and target token the strongest association with a word of the entity."""
    pair = arrays.pair
    if pair.evidence.corpus.cooccurrences is None:
        return scores
    strongest = arrays.no_scores()
    for (i, k), row in zip(pair.entity_of_token().items(), associations(arrays), strict=True):
        if any(map(str.isalnum, pair.source[i])):
            strongest[k] = np.maximum(strongest[k], row)
    return scores + weight * arrays.unclaimed * strongest


@lru_cache(maxsize=1)  # the fused score and the fitted one ask for those of the same pair
def associations(arrays: PairArrays) -> Reals:
    """Tell how much the corpus links each token of an entity to each target word, in other places.

    :param arrays: The sentence pair; without counts of its corpus nothing is associated.
    :returns: Shape (entity tokens, target tokens), as :attr:`PairArrays.similarity`.
    """
    pair, counts = arrays.pair, arrays.pair.evidence.corpus.cooccurrences
    rows = np.zeros_like(arrays.similarity)
    if counts is None:
        return rows
    target = [word.casefold() for word in pair.target]
    for row, i in enumerate(pair.entity_of_token()):
        word = pair.source[i].casefold()
        if word in counts.source_links:
            for j, other in enumerate(target):
                if (word, other) in counts.linked_pairs:
                    rows[row, j] = counts.association(word, other, tokens_are_linked=(i, j) in arrays.linked)
    return rows


PART = ScorePart(
    name="lexicon",
    weight=0.75,
    step="corpus",
    description="How often, elsewhere in the corpus, the two words are linked.",
    apply=reward_associated_words,
    needs_cooccurrences=True,
)
