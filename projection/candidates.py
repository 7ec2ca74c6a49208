"""Target spans that may carry a source entity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from projection.links import Link
from projection.matching import Candidate
from projection.scoring import Evidence
from projection.spans import Span

FORBIDDEN = "!?"
"""No n-gram candidate contains a token with one of these (arXiv 2501.18750, section 3.1)."""


def ngrams(
    evidence: Evidence,
    entities: Sequence[Span],
    target: Sequence[str],
    *,
    forbidden: str = FORBIDDEN,
    max_length: int | None = None,
) -> list[Candidate]:
    """Score every n-gram of the target, and leave out those that cannot be chosen.

    A span whose first or last token carries no evidence for the entity is left out: without that token it scores
    higher and overlaps less, so no matcher here would ever prefer it. What remains gives the same matching as all
    ``n * (n + 1) / 2`` spans.

    :param evidence: Matrix of shape (entities, target tokens), see :mod:`projection.scoring`.
    :param entities: The source entities.
    :param target: The target tokens.
    :param forbidden: Characters no candidate may contain.
    :param max_length: Longest candidate in tokens; ``None`` is no limit.
    :returns: Candidates with their scores, ``entity`` being the index in ``entities``.
    """
    barred = [any(char in token for char in forbidden) for token in target]
    candidates: list[Candidate] = []
    for index, entity in enumerate(entities):
        support = evidence[index]
        places = [int(j) for j in np.flatnonzero(support > 0.0)]
        for k, start in enumerate(places):
            total, scanned = 0.0, start
            for last in places[k:]:
                if any(barred[scanned : last + 1]):
                    break
                scanned = last + 1
                length = last + 1 - start
                if max_length is not None and length > max_length:
                    break
                total += float(support[last])
                candidates.append(Candidate(index, start, last + 1, 2 * total / (len(entity) + length)))
    return candidates


def aligned_runs(links: Sequence[Link], entity: Span, *, gap: int = 1) -> list[tuple[int, int]]:
    """Join the target tokens linked to an entity into contiguous runs.

    :param links: The alignment.
    :param entity: A source entity.
    :param gap: Runs with at most this many unlinked tokens between them become one.
    :returns: Half-open runs from left to right.
    """
    runs: list[tuple[int, int]] = []
    for j in sorted({j for i, j, _ in links if entity.start <= i < entity.end}):
        if runs and j - runs[-1][1] <= gap:
            runs[-1] = (runs[-1][0], j + 1)
        else:
            runs.append((j, j + 1))
    return runs
