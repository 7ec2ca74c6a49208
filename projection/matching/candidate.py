"""What a matcher chooses from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from silverner.projection.errors import DataError


class Candidate(NamedTuple):
    """A target span ``[start, end)`` that may carry the entity with index ``entity``, and how well it fits.

    ``confidence`` is the probability that it is this entity, where the score knows it.
    """

    entity: int
    start: int
    end: int
    score: float
    confidence: float | None = None


def usable_candidates(candidates: Iterable[Candidate], *, threshold: float) -> list[Candidate]:
    """Keep the candidates a matcher may choose, once each, in an order that does not depend on theirs.

    :param candidates: Candidates in any order.
    :param threshold: A candidate must score more than this, and more than 0.
    :returns: Sorted candidates; of two with the same entity and span only the higher score.
    :raises DataError: for an empty span, a negative index, or a score that is negative or not finite.
    """
    best: dict[tuple[int, int, int], Candidate] = {}
    least = max(threshold, 0.0)
    for c in candidates:
        if not (c.entity >= 0 and 0 <= c.start < c.end and 0.0 <= c.score < float("inf")):
            raise DataError(f"{c} cannot be matched: spans are not empty, scores finite and at least 0")
        if c.score > least:
            key = c[:3]
            if key not in best or best[key].score < c.score:
                best[key] = c
    return sorted(best.values())
