"""A link to a word while the name itself stands elsewhere: ``Indiana`` is not *verbrachte*."""

from __future__ import annotations

from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart


def penalise_lookalikes_elsewhere(arrays: PairArrays, link_scores: Reals, weight: float) -> Reals:
    """Take away a share that grows with how much less the linked word looks like the source word than the best does."""
    links, similarity = arrays.links, arrays.similarity
    deficit: Reals = similarity.max(axis=1)[links.row] - similarity[links.row, links.target]
    return link_scores * (1.0 - weight * deficit)


PART = ScorePart(
    name="penalty_lookalike_elsewhere",
    weight=0.75,
    kind="penalty",
    step="links",
    description="What a link loses when the very word stands elsewhere in the target.",
    apply=penalise_lookalikes_elsewhere,
)
