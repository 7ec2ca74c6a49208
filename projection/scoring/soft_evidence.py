"""What the soft links of an aligner say of each target token as a part of an entity's name.

An encoder does not only link: it spreads the probability of every word over the words of the other side. What it thinks
of the second best partner, or how little it is sure of the best one, is gone from the links. Soft links keep it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from silverner.projection.links import Link
from silverner.projection.scoring.pair_arrays import Mask, Reals
from silverner.projection.scoring.sentence_pair import SentencePair

SOFT_EVIDENCE = ("soft_forward", "soft_reverse", "claimed_soft_forward", "claimed_soft_reverse")
"""The kinds of evidence, each for the probabilities of one direction:

- ``soft_forward``: how probable the words of the entity find the token, added up to at most :data:`MOST_FORWARD`;
- ``soft_reverse``: how probable the token finds the words of the entity, added up to at most 1;
- ``claimed_soft_forward``, ``claimed_soft_reverse``: the same of the one word outside the entity that has most; 0 for
  punctuation of either side.
"""
MOST_FORWARD, MOST_REVERSE = 1.5, 1.0
"""Words of several subwords add up to more than 1."""


def soft_evidence(pair: SentencePair, *, source_is_word: Mask, target_is_word: Mask) -> Reals | None:
    """Collect the evidence of all entities.

    :param pair: The sentence pair, which has entities and target tokens.
    :param source_is_word: For each source token whether it holds a letter or digit.
    :param target_is_word: For each target token.
    :returns: Shape (:data:`SOFT_EVIDENCE`, entities, target tokens); ``None`` if the aligner has no soft links.
    """
    soft = pair.evidence.soft_forward, pair.evidence.soft_reverse
    if soft[0] is None or soft[1] is None:
        return None
    evidence = np.zeros((len(SOFT_EVIDENCE), len(pair.entities), len(pair.target)))
    for direction, (links, most) in enumerate(zip(soft, (MOST_FORWARD, MOST_REVERSE), strict=True)):
        probabilities = _matrix(links or (), len(pair.source), len(pair.target))
        for k, entity in enumerate(pair.entities):
            is_outside = source_is_word.copy()
            is_outside[entity.start : entity.end] = False
            # Rows are added up in one fixed order: a matrix product adds up in another order on another processor.
            total = np.add.reduce(probabilities[entity.start : entity.end], axis=0)
            evidence[direction, k] = np.minimum(total, most)
            evidence[2 + direction, k] = probabilities[is_outside].max(axis=0, initial=0.0) * target_is_word
    return evidence


def _matrix(links: Sequence[Link], source: int, target: int) -> Reals:
    """Write the weights of links in a matrix of shape (source tokens, target tokens)."""
    matrix = np.zeros((source, target))
    for i, j, weight in links:
        matrix[i, j] = weight
    return matrix
