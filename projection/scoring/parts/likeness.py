"""A target word that looks like a word of the entity."""

from __future__ import annotations

import numpy as np

from silverner.projection.scoring.name_similarity import name_similarity
from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart


def reward_similar_words(arrays: PairArrays, scores: Reals, weight: float) -> Reals:
    """Add up how much each target token looks like the words of each entity.

    A token that both directions link to a word outside the entity is evidence only where it looks more like the
    entity's: in a table full of one name, each stays with its own row.
    """
    pair, row = arrays.pair, 0
    most_similar, similarity_of_most = [-1] * len(pair.target), [0.0] * len(pair.target)
    looks_like_name = (arrays.similarity.max(axis=0) > 0.0).tolist()
    for i, j in arrays.agreed:
        if not looks_like_name[j]:
            continue
        similarity = name_similarity(pair.source[i], pair.target[j])
        if similarity > similarity_of_most[j]:
            most_similar[j], similarity_of_most[j] = i, similarity
    claimants, claims, total = np.array(most_similar), np.array(similarity_of_most), arrays.no_scores()
    for k, entity in enumerate(pair.entities):
        outside = np.where((entity.start <= claimants) & (claimants < entity.end), 0.0, claims)
        for similarities in arrays.similarity[row : row + len(entity)]:
            total[k] += np.where(similarities > outside, similarities, 0.0)
        row += len(entity)
    return scores + weight * total


PART = ScorePart(
    name="likeness",
    weight=1.5,
    step="names",
    description="A target word that looks like a word of the entity.",
    apply=reward_similar_words,
)
