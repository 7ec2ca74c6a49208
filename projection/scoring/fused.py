"""The fused score: links, similar names, and what the corpus says, added up for every entity and target token.

The parts act in four steps, because each step reads what the one before it made:

1. ``links``: every link of an entity gets a score: a higher one where both directions have it, a lower one where it
   leads to an unlikely word. The scores of the links to a token are added up.
2. ``names``: the similarity of the words is added: that of the name or that of its gloss, whichever is higher.
3. ``corpus``: the association of words that the corpus links elsewhere is added. Then punctuation loses its score, so
   that no span begins or ends in it; the last step gives one back only to a middle dot and to a bracket.
4. ``context``: words gain by the words beside them, which must have a score already; the cap comes in between.
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
    return fused_scores(PairArrays.of(pair), weights)


def fused_scores(arrays: PairArrays, weights: PartWeights = DEFAULT_WEIGHTS) -> TokenScores:
    """Apply all parts that are switched on to a pair whose arrays are there already.

    :param arrays: The sentence pair, which has entities and target tokens.
    :param weights: What each part is worth.
    :returns: Matrix of shape (entities, target tokens).
    """
    scores = arrays.no_scores()
    link_scores = _apply("links", arrays, np.zeros(len(arrays.links.source)), weights)
    np.add.at(scores, (arrays.links.entity, arrays.links.target), link_scores)
    scores += _apply("names", arrays, arrays.no_scores(), weights)
    scores = _apply("corpus", arrays, scores, weights) * arrays.is_word
    return _apply("context", arrays, scores, weights)


def _apply(step: Step, arrays: PairArrays, values: Reals, weights: PartWeights) -> Reals:
    """Apply the parts of one step, in the order of the table; a cap of 0 is a cap, any other weight of 0 is off."""
    for name, part in PARTS.items():
        if part.step == step and (weights[name] or part.kind == "cap"):
            values = part.apply(arrays, values, weights[name])
    return values
