"""A word that usually stands beside its neighbour in the name, as ``Unidos`` stands beside ``Estados``."""

from __future__ import annotations

import numpy as np

from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart


def reward_neighbours(arrays: PairArrays, scores: Reals, weight: float) -> Reals:
    """Add to each token its share of company with a neighbour that carries evidence."""
    counts = arrays.pair.evidence.corpus.cooccurrences
    if counts is None:
        return scores
    target = arrays.pair.target
    neighbour = np.minimum(scores, 1.0)
    carries_evidence = neighbour.max(axis=0, initial=0.0) > 0.0
    company = np.zeros_like(scores)
    for j in np.flatnonzero(carries_evidence[:-1] | carries_evidence[1:]).tolist():
        left, right = target[j].casefold(), target[j + 1].casefold()
        if (left, right) not in counts.neighbour_pairs:
            continue
        share_left, share_right = (counts.neighbour_share(word, left, right) for word in (left, right))
        company[:, j] = np.maximum(company[:, j], share_left * neighbour[:, j + 1])
        company[:, j + 1] = np.maximum(company[:, j + 1], share_right * neighbour[:, j])
    return scores + weight * (arrays.unclaimed & arrays.not_small & arrays.is_word) * company


PART = ScorePart(
    name="cohesion",
    weight=0.6,
    step="context",
    description="How often, elsewhere in the corpus, a word stands beside its neighbour in the name.",
    apply=reward_neighbours,
    needs_cooccurrences=True,
)
