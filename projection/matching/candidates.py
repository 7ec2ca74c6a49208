"""Target spans that may carry a source entity."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate

from silverner.projection.links import Link
from silverner.projection.matching.allowed_spans import AllowedSpans
from silverner.projection.matching.candidate import Candidate
from silverner.projection.scoring.pair_arrays import TokenScores
from silverner.projection.spans import Span

FORBIDDEN = "!?"
"""No n-gram candidate contains a token with one of these (arXiv 2501.18750, section 3.1), unless the entity does."""


def ngram_candidates(
    scores: TokenScores,
    entities: Sequence[Span],
    target: Sequence[str],
    *,
    source: Sequence[str] = (),
    forbidden: str = FORBIDDEN,
    max_length: int | None = None,
    allowed: Sequence[AllowedSpans] | None = None,
    inner_tokens: Collection[str] = (),
) -> list[Candidate]:
    """Score every n-gram of the target, and leave out those that cannot be chosen.

    A span is left out when its first or last token has no score, or when a part of it scores as well: the part overlaps
    less, so no matcher here would ever prefer the whole. What remains gives the same matching as all
    ``n * (n + 1) / 2`` spans.

    :param scores: Matrix of shape (entities, target tokens), see :mod:`silverner.projection.scoring.scores`.
    :param entities: The source entities.
    :param target: The target tokens.
    :param source: The source tokens; an entity that contains a forbidden character, as ``Yahoo!`` does, may keep it.
    :param forbidden: Characters no candidate may contain.
    :param max_length: Longest candidate in tokens; ``None`` is no limit.
    :param allowed: For each entity which spans can carry it; all if left out.
    :param inner_tokens: Tokens no candidate begins or ends with.
    :returns: Candidates with their scores, ``entity`` being the index in ``entities``.
    """
    edges = [token not in inner_tokens for token in target]
    text = "".join(target)
    bars = [char for char in forbidden if char in text]
    candidates: list[Candidate] = []
    for index, (entity, row) in enumerate(zip(entities, scores.tolist(), strict=True)):
        allowed_spans = allowed[index] if allowed is not None else None
        name = "".join(source[entity.start : entity.end])
        bars_here = [char for char in bars if char not in name]
        barred = [j for j, token in enumerate(target) if any(char in token for char in bars_here)] if bars_here else []
        spans = _best_spans(row, barred, edges, len(entity), max_length or len(target), allowed_spans)
        candidates += [Candidate(index, start, end, score) for start, end, score in spans]
    return candidates


def _best_spans(
    row: Sequence[float],
    barred: Collection[int],
    edges: Sequence[bool],
    length: int,
    longest: int,
    allowed_spans: AllowedSpans | None,
) -> list[tuple[int, int, float]]:
    """Score the spans that begin and end at a place with a score; of many, only those no part of which scores as well.

    Spans are scored from narrow to wide (in such places). So the best score among the parts of a span is known already:
    the higher one of its two spans that are one place shorter. There are few such places, and lists are faster for them
    than arrays.

    :param row: The scores of the entity, one number a target token.
    :param barred: Target tokens that no candidate may contain.
    :param edges: For each target token whether a candidate may begin or end with it.
    :param length: Tokens of the entity.
    :param longest: Longest candidate in tokens.
    :param allowed_spans: Which spans are candidates at all. A span is left out only for a part that is itself one.
    :returns: Start, end and score of each.
    """
    first = [j for j, score in enumerate(row) if score > 0.0]
    walls = list(accumulate((j in barred for j in range(len(row))), initial=0)) if barred else [0] * (len(row) + 1)
    named = list(accumulate(allowed_spans.names, initial=0)) if allowed_spans is not None else walls
    total = [0.0] * len(first)  # added up from the left, never subtracted, so that equal spans tie exactly
    best = [0.0] * (len(first) + 1)  # best score of every span as long as those before the ones in hand, and its parts
    spans: list[tuple[int, int, float]] = []
    for width in range(len(first)):
        for k, last in enumerate(first[width:]):
            start, end = first[k], last + 1
            total[k] += row[last]
            parts = max(best[k], best[k + 1]) if width else 0.0
            score = 2 * total[k] / (length + end - start)
            fits = end - start <= longest and walls[end] == walls[start] and edges[start] and edges[last]
            if fits and allowed_spans is not None:
                fits = allowed_spans.begins[start] and allowed_spans.ends[last] and named[end] > named[start]
            if fits and score > parts:
                spans.append((start, end, score))
                parts = score
            best[k] = parts
    return sorted(spans)


def span_candidates(
    scores: TokenScores,
    entities: Sequence[Span],
    spans: Sequence[Sequence[tuple[int, int]]],
    *,
    allowed: Sequence[AllowedSpans] | None = None,
) -> list[Candidate]:
    """Score spans that something else proposes: aligned runs, or what a tagger of the target language calls an entity.

    :param scores: Matrix of shape (entities, target tokens).
    :param entities: The source entities.
    :param spans: For each entity the half-open target spans that may carry it.
    :param allowed: For each entity which spans can carry it; all if left out.
    :returns: Candidates with their scores, ``entity`` being the index in ``entities``; none that scores 0.
    """
    candidates = []
    for index, (entity, proposed) in enumerate(zip(entities, spans, strict=True)):
        for start, end in sorted(set(proposed)):
            score = 2 * float(scores[index, start:end].sum()) / (len(entity) + end - start)
            if score > 0 and (allowed is None or allowed[index].allows(start, end)):
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
