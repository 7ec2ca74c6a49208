"""The fused score: links, similar names, and what the corpus says, added up for every entity and target token.

The parts act in four steps, because each step reads what the one before it made:

1. ``links``: every link of an entity is worth something, more where both directions have it, less where the word it
   leads to is an unlikely one. The links of a token are added up.
2. ``names``: the similarity of the words is added, the higher of what the name and its gloss say.
3. ``corpus``: what the corpus links elsewhere is added. Then punctuation loses all it has, so that no span begins or
   ends in it; only a middle dot and a bracket get something back in the last step.
4. ``context``: words gain by what stands beside them, and only beside words that have a score by then.
"""

from __future__ import annotations

import numpy as np

from silverner.projection.scoring.pair_arrays import PairArrays, Reals, TokenScores
from silverner.projection.scoring.part import Step
from silverner.projection.scoring.parts.table import PARTS
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.scoring.weights import DEFAULT_WEIGHTS, PartWeights


def fused(pair: SentencePair, weights: PartWeights = DEFAULT_WEIGHTS) -> TokenScores:
    """Apply all parts that are switched on.

    :param pair: The sentence pair.
    :param weights: What each part is worth.
    :returns: Matrix of shape (entities, target tokens).
    """
    if not pair.entities or not pair.target:
        return np.zeros((len(pair.entities), len(pair.target)))
    arrays = PairArrays.of(pair)
    scores = arrays.no_scores()
    link_worth = _apply("links", arrays, np.zeros(len(arrays.links.source)), weights)
    np.add.at(scores, (arrays.links.entity, arrays.links.target), link_worth)
    scores += _apply("names", arrays, arrays.no_scores(), weights)
    scores = _apply("corpus", arrays, scores, weights) * arrays.is_word
    return _apply("context", arrays, scores, weights)


def _apply(step: Step, arrays: PairArrays, values: Reals, weights: PartWeights) -> Reals:
    """Apply the parts of one step, in the order of the table; a cap of 0 is a cap, any other weight of 0 is off."""
    for name, part in PARTS.items():
        if part.step == step and (weights[name] or part.kind == "cap"):
            values = part.apply(arrays, values, weights[name])
    return values
