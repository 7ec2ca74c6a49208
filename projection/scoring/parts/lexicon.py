"""Two words that are linked elsewhere in the corpus."""

from __future__ import annotations

import numpy as np

from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart


def reward_associated_words(arrays: PairArrays, scores: Reals, weight: float) -> Reals:
    """Add for each entity and target token the strongest association with a word of the entity."""
    pair, counts = arrays.pair, arrays.pair.evidence.corpus.cooccurrences
    if counts is None:
        return scores
    strongest = arrays.no_scores()
    target = [word.casefold() for word in pair.target]
    for i, k in pair.entity_of_token().items():
        word = pair.source[i].casefold()
        if word in counts.source_links and any(map(str.isalnum, word)):
            row = [
                counts.association(word, other, tokens_are_linked=(i, j) in arrays.linked)
                if (word, other) in counts.linked_pairs
                else 0.0
                for j, other in enumerate(target)
            ]
            strongest[k] = np.maximum(strongest[k], row)
    return scores + weight * arrays.unclaimed * strongest


PART = ScorePart(
    name="lexicon",
    weight=0.75,
    step="corpus",
    description="How often, elsewhere in the corpus, the two words are linked.",
    apply=reward_associated_words,
    needs_cooccurrences=True,
)
