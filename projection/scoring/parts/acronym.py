"""A word beside the one that an acronym became: *Vereinigte* Königreich for ``UK``."""

from __future__ import annotations

from collections.abc import Iterable

from silverner.projection.scoring.pair_arrays import Mask, PairArrays, Reals
from silverner.projection.scoring.part import ScorePart

SHORTEST, LONGEST = 2, 5
"""Letters of an acronym."""
CERTAIN = 0.75
"""What the word that an acronym became must have."""


def reward_spelt_out(arrays: PairArrays, scores: Reals, weight: float) -> Reals:
    """Give the weight to words with a capital that says something and that nothing else claims."""
    return spelt_out(scores, _acronyms(arrays), arrays.unclaimed & arrays.is_capital, weight)


def spelt_out(scores: Reals, acronyms: Iterable[int], available: Mask, weight: float) -> Reals:
    """Give the weight to what stands beside the word that an acronym became.

    :param scores: The scores so far.
    :param acronyms: Entities that are an acronym which no target word looks like.
    :param available: For each entity and token whether the token may be part of the name.
    :param weight: The score given.
    """
    raised = scores.copy()
    for k in acronyms:
        place = int(scores[k].argmax())
        for beside in (place - 1, place + 1):
            inside = scores[k, place] >= CERTAIN and 0 <= beside < scores.shape[1]
            if inside and available[k, beside] and scores[k, beside] >= scores[:, beside].max():
                raised[k, beside] = max(raised[k, beside], weight)
    return raised


def _acronyms(arrays: PairArrays) -> list[int]:
    """Find the entities that are one acronym, which no target word looks like."""
    acronyms, row = [], 0
    for k, name in enumerate(arrays.pair.names()):
        letters = sum(map(str.isalpha, name[0]))
        if len(name) == 1 and name[0].isupper() and SHORTEST <= letters <= LONGEST and not arrays.similarity[row].any():
            acronyms.append(k)
        row += len(name)
    return acronyms


PART = ScorePart(
    name="acronym",
    weight=0.75,
    step="context",
    description="A word with a capital beside the one that an acronym became.",
    apply=reward_spelt_out,
)
