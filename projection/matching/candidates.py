"""Target spans that may carry a source entity."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from silverner.projection.links import Link
from silverner.projection.matching.candidate import Candidate
from silverner.projection.scoring.capitalisation import Shape
from silverner.projection.scoring.fused import Evidence
from silverner.projection.spans import Span

FORBIDDEN = "!?"
"""No n-gram candidate contains a token with one of these (arXiv 2501.18750, section 3.1), unless the entity does."""


def ngrams(
    evidence: Evidence,
    entities: Sequence[Span],
    target: Sequence[str],
    *,
    source: Sequence[str] = (),
    forbidden: str = FORBIDDEN,
    max_length: int | None = None,
    shapes: Sequence[Shape] | None = None,
    inner: Collection[str] = (),
) -> list[Candidate]:
    """Score every n-gram of the target, and leave out those that cannot be chosen.

    A span is left out when its first or last token carries no evidence for the entity, or when a part of it scores as
    well: the part overlaps less, so no matcher here would ever prefer the whole. What remains gives the same matching
    as all ``n * (n + 1) / 2`` spans.

    :param evidence: Matrix of shape (entities, target tokens), see :mod:`silverner.projection.scoring.fused`.
    :param entities: The source entities.
    :param target: The target tokens.
    :param source: The source tokens; what an entity holds itself is not forbidden it, as in ``Yahoo!``.
    :param forbidden: Characters no candidate may contain.
    :param max_length: Longest candidate in tokens; ``None`` is no limit.
    :param shapes: For each entity which spans can carry it; all if left out.
    :param inner: Tokens no candidate begins or ends with.
    :returns: Candidates with their scores, ``entity`` being the index in ``entities``.
    """
    edges = np.array([token not in inner for token in target], dtype=bool)
    candidates: list[Candidate] = []
    for index, entity in enumerate(entities):
        support = evidence[index]
        places = [int(j) for j in np.flatnonzero(support > 0.0)]
        shape = shapes[index] if shapes is not None else None
        held = "".join(source[entity.start : entity.end])
        wrong = [char for char in forbidden if char not in held]
        barred = [any(char in token for char in wrong) for token in target]
        found = _spans(support, places, barred, edges, len(entity), max_length or len(target), shape)
        candidates += [Candidate(index, start, end, score) for start, end, score in found]
    return candidates


def _spans(
    support: Evidence,
    places: Sequence[int],
    barred: Sequence[bool],
    edges: NDArray[np.bool_],
    length: int,
    longest: int,
    shape: Shape | None,
) -> list[tuple[int, int, float]]:
    """Score the spans that begin and end at a place with evidence; of many, only those no part of which scores as well.

    :param support: Evidence for the entity, one number a target token.
    :param places: Positions where it is not 0.
    :param barred: For each target token whether no candidate may contain it.
    :param edges: For each target token whether a candidate may begin or end with it.
    :param length: Tokens of the entity.
    :param longest: Longest candidate in tokens.
    :param shape: Which spans are candidates at all. A span is left out only for a part that is itself one.
    :returns: Start, end and score of each.
    """
    first = np.array(places, dtype=int)
    total = np.zeros(len(first) + 1)  # added up from the left, never subtracted, so that equal spans tie exactly
    walls = np.concatenate([[0], np.cumsum(barred)])
    named = np.concatenate([[0], np.cumsum(shape.names)]) if shape is not None else walls
    spans: list[tuple[int, int, float]] = []
    best = np.zeros(len(first))  # best score of the parts of every span as long as the one in hand
    for width in range(len(first)):
        start, last = first[: len(first) - width], first[width:]
        size = last + 1 - start
        total = total[:-1] + support[last]
        score = 2 * total / (length + size)
        allowed = (size <= longest) & (walls[last + 1] == walls[start]) & edges[start] & edges[last]
        if shape is not None:
            allowed &= shape.begins[start] & shape.ends[last] & (named[last + 1] > named[start])
        parts = np.maximum(best[:-1], best[1:]) if width else best
        for k in np.flatnonzero(allowed & (score > parts)):
            spans.append((int(start[k]), int(last[k]) + 1, float(score[k])))
        best = np.where(allowed, np.maximum(parts, score), parts)
    return sorted(spans)


def of_spans(
    evidence: Evidence,
    entities: Sequence[Span],
    spans: Sequence[Sequence[tuple[int, int]]],
    *,
    shapes: Sequence[Shape] | None = None,
) -> list[Candidate]:
    """Score spans that something else found: aligned runs, or what a tagger of the target language calls an entity.

    :param evidence: Matrix of shape (entities, target tokens).
    :param entities: The source entities.
    :param spans: For each entity the half-open target spans that may carry it.
    :param shapes: For each entity which spans can carry it; all if left out.
    :returns: Candidates with their scores, ``entity`` being the index in ``entities``; none that scores 0.
    """
    candidates = []
    for index, (entity, own) in enumerate(zip(entities, spans, strict=True)):
        for start, end in sorted(set(own)):
            score = 2 * float(evidence[index, start:end].sum()) / (len(entity) + end - start)
            if score > 0 and (shapes is None or shapes[index].allows(start, end)):
                candidates.append(Candidate(index, start, end, score))
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
