"""Target spans that may carry a source entity, each with the probability that a fitted model gives it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from silverner.projection.matching.allowed_spans import AllowedSpans
from silverner.projection.matching.candidate import Candidate
from silverner.projection.scoring.entity_model import default_entity_model, entity_evidence
from silverner.projection.scoring.fused import fused_scores
from silverner.projection.scoring.pair_arrays import PairArrays
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.scoring.span_evidence import SpanEvidence
from silverner.projection.scoring.span_features import Spans, candidate_spans, span_features, weighted_features
from silverner.projection.scoring.span_model import default_model
from silverner.projection.scoring.weights import PartWeights

LEAST_PROBABILITY = 0.01
"""A less probable span is no candidate."""


def fitted_candidates(
    pair: SentencePair,
    weights: PartWeights,
    *,
    forbidden: str,
    max_length: int | None = None,
    allowed: Sequence[AllowedSpans] | None = None,
    proposed: Sequence[Collection[tuple[int, int]]] | None = None,
) -> list[Candidate]:
    """Give the spans that may carry every entity.

    :param pair: The sentence pair.
    :param weights: What each part of the fused score is worth, which is a feature of the model.
    :param forbidden: Characters no candidate may contain, unless the entity does.
    :param max_length: Longest candidate in tokens; ``None`` is no limit.
    :param allowed: For each entity which spans can carry it; all if left out.
    :param proposed: For each entity the spans that may be candidates, in place of those that the evidence suggests.
    :returns: Candidates with their probabilities as scores, and their confidence.
    """
    if not pair.entities or not pair.target:
        return []
    arrays = PairArrays.of(pair)
    evidence = SpanEvidence(arrays, with_splits=weights["split_word"] > 0)
    scores, has_soft_links = fused_scores(arrays, weights), evidence.soft is not None
    spans = candidate_spans(arrays, evidence, scores) if proposed is None else _spans(proposed)
    spans = _possible(spans, pair, forbidden, max_length)
    if not len(spans):
        return []
    model, entity_model = default_model(soft_links=has_soft_links), default_entity_model(soft_links=has_soft_links)
    sums = weighted_features(arrays, evidence, scores, spans, model.weights)
    probabilities = model.probabilities(sums, spans.entity, spans.texts(pair.target))
    likely = np.flatnonzero(probabilities >= LEAST_PROBABILITY)
    spans, probabilities = spans.at(likely), probabilities[likely]
    if not len(spans):
        return []
    known = entity_evidence(arrays, spans, span_features(arrays, evidence, scores, spans), probabilities)
    columns = spans.entity, spans.start, spans.end, probabilities, entity_model.entities(known)
    candidates = map(Candidate, *(column.tolist() for column in columns))
    return [c for c in candidates if allowed is None or allowed[c.entity].allows(c.start, c.end)]


def _spans(proposed: Sequence[Collection[tuple[int, int]]]) -> Spans:
    """Return the proposed spans of every entity, each span once."""
    return Spans.of((k, start, end) for k, of_entity in enumerate(proposed) for start, end in sorted(set(of_entity)))


def _possible(spans: Spans, pair: SentencePair, forbidden: str, max_length: int | None) -> Spans:
    """Leave out spans that hold a forbidden token, or are too long."""
    text = "".join(pair.target)
    bars = [char for char in forbidden if char in text]
    if bars:
        names = ["".join(name) for name in pair.names()]
        barred = [[any(char in token for char in bars if char not in name) for token in pair.target] for name in names]
        walls = np.zeros((len(barred), len(pair.target) + 1))
        walls[:, 1:] = np.cumsum(barred, axis=1)
        spans = spans.at(walls[spans.entity, spans.end] == walls[spans.entity, spans.start])
    return spans if max_length is None else spans.at(spans.end - spans.start <= max_length)
