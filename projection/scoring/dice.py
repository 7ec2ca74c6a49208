"""The published score: the links between an entity and a span."""

from __future__ import annotations

import numpy as np

from silverner.projection.scoring.pair_arrays import TokenScores
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.scoring.weights import DEFAULT_WEIGHTS, PartWeights


def dice(pair: SentencePair, weights: PartWeights = DEFAULT_WEIGHTS) -> TokenScores:
    """Count one for every link of the symmetrised alignment (arXiv 2501.18750, section 3.2).

    :param pair: The sentence pair.
    :param weights: Not used: this score has no parts.
    :returns: Matrix of shape (entities, target tokens).
    """
    scores = np.zeros((len(pair.entities), len(pair.target)))
    entity_of_token = pair.entity_of_token()
    for i, j, _ in pair.links:
        if i in entity_of_token:
            scores[entity_of_token[i], j] += 1.0
    return scores
