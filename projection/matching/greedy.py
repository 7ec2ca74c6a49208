"""The peers' greedy loop: take the best pair that still fits, again and again."""

from __future__ import annotations

from collections.abc import Iterable

from silverner.projection.matching.candidate import Candidate, usable_candidates


def match_greedy(candidates: Iterable[Candidate], *, threshold: float = 0.0) -> list[Candidate]:
    """Choose candidates greedily (arXiv 2501.18750, section 3.3).

    Ties go to the shorter span, then the leftmost, then the earlier entity.

    :param candidates: Candidates of one sentence, in any order.
    :param threshold: A candidate must score more than this.
    :returns: At most one candidate an entity, none overlapping, sorted by entity.

    >>> candidates = [Candidate(0, 0, 2, 0.9), Candidate(1, 1, 2, 0.8), Candidate(1, 3, 4, 0.2)]
    >>> [choice[:4] for choice in match_greedy(candidates)]
    [(0, 0, 2, 0.9), (1, 3, 4, 0.2)]
    """
    order = sorted(
        usable_candidates(candidates, threshold=threshold), key=lambda c: (-c.score, c.end - c.start, c.start, c.entity)
    )
    chosen: dict[int, Candidate] = {}
    covered: set[int] = set()
    for c in order:
        span = range(c.start, c.end)
        if c.entity not in chosen and covered.isdisjoint(span):
            chosen[c.entity] = c
            covered.update(span)
    return sorted(chosen.values())
