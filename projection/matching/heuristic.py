"""Word-by-word projection: the peers' heuristic, which follows the links alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from silverner.projection.matching.allowed_spans import AllowedSpans
from silverner.projection.matching.candidates import aligned_runs
from silverner.projection.scoring.pair_arrays import TokenScores
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.spans import ProjectedSpan, Span

RUN_RATIO = 0.8
"""A run is kept that is longer than this share of the entity (arXiv 2501.18750, section 3.1)."""


def project_runs(
    pair: SentencePair, scores: TokenScores, allowed: Sequence[AllowedSpans] | None
) -> list[ProjectedSpan]:
    """Project every long enough run; later entities overwrite (arXiv 2501.18750, section 3.1).

    :param pair: The sentence pair.
    :param scores: Matrix of shape (entities, target tokens) that the runs are scored with.
    :param allowed: For each entity which spans can carry it; runs are cut until they can.
    :returns: The projected entities from left to right.
    """
    owner: list[ProjectedSpan | None] = [None] * len(pair.target)
    for k, entity in enumerate(pair.entities):
        for start, end in aligned_runs(pair.links, entity):
            if (end - start) / len(entity) > RUN_RATIO:
                total = float(scores[k, start:end].sum())
                score = 2 * total / (len(entity) + end - start)
                span = ProjectedSpan(start, end, entity.label, score, entity.start, entity.end)
                owner[start:end] = [span] * (end - start)
    return _trimmed(_stretches(owner), pair.entities, allowed)


def _stretches(owner: Sequence[ProjectedSpan | None]) -> list[ProjectedSpan]:
    """Return what is left of overwritten runs: each maximal stretch of one owner is one entity."""
    spans: list[ProjectedSpan] = []
    start = 0
    for end in range(1, len(owner) + 1):
        if end < len(owner) and owner[end] is owner[start]:
            continue
        span = owner[start]
        if span is not None:
            spans.append(replace(span, start=start, end=end) if len(span) != end - start else span)
        start = end
    return spans


def _trimmed(
    projected: list[ProjectedSpan], entities: Sequence[Span], allowed: Sequence[AllowedSpans] | None
) -> list[ProjectedSpan]:
    """Cut runs to the spans that are allowed for their entities."""
    if allowed is None:
        return projected
    allowed_of_entity = {(e.start, e.end): spans for e, spans in zip(entities, allowed, strict=True)}
    trimmed = []
    for span in projected:
        start, end = allowed_of_entity[span.source_start, span.source_end].trimmed(span.start, span.end)
        if start < end:
            trimmed.append(replace(span, start=start, end=end))
    return trimmed
