"""The peers' bipartite matching: every entity its own span, whether or not spans overlap."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from silverner.projection.matching.candidate import Candidate, usable_candidates


def match_bipartite(candidates: Iterable[Candidate], *, threshold: float = 0.0) -> list[Candidate]:
    """Choose the spans with the highest sum of scores, no span twice; where two of them overlap, choose nothing.

    For comparison: published code matches this way, does not know that spans may overlap, and gives up the sentence
    where they do (arXiv 2501.18750 compares with it). Ties go to the shorter span, then the leftmost.

    :param candidates: Candidates of one sentence, in any order.
    :param threshold: A candidate must score more than this.
    :returns: At most one candidate an entity, none overlapping, sorted by entity; none at all where the best overlap.

    >>> [choice[:4] for choice in match_bipartite([Candidate(0, 0, 2, 0.9), Candidate(1, 3, 4, 0.2)])]
    [(0, 0, 2, 0.9), (1, 3, 4, 0.2)]
    >>> match_bipartite([Candidate(0, 0, 2, 0.9), Candidate(1, 1, 3, 0.8)])
    []
    """
    from scipy.optimize import linear_sum_assignment  # it takes longer to load than most files take to project

    usable = usable_candidates(candidates, threshold=threshold)
    if not usable:
        return []
    # The solver takes the first of equal columns, so their order is the rule for ties.
    spans = sorted({(c.start, c.end) for c in usable}, key=lambda span: (span[1] - span[0], span))
    entities = sorted({c.entity for c in usable})
    row = {entity: k for k, entity in enumerate(entities)}
    column = {span: k for k, span in enumerate(spans)}
    scores = np.zeros((len(entities), len(spans)))
    candidate_at = {}
    for c in usable:
        place = row[c.entity], column[c.start, c.end]
        scores[place], candidate_at[place] = c.score, c
    rows, columns = linear_sum_assignment(scores, maximize=True)
    chosen = [
        candidate_at[place] for place in zip(rows.tolist(), columns.tolist(), strict=True) if place in candidate_at
    ]
    covered = [j for c in chosen for j in range(c.start, c.end)]
    return sorted(chosen) if len(covered) == len(set(covered)) else []
