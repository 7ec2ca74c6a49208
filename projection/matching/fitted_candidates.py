"""Target spans that may carry a source entity, each with the probability that a fitted model gives it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from silverner.projection.matching.allowed_spans import AllowedSpans
from silverner.projection.matching.candidate import Candidate
from silverner.projection.scoring.fused import fused_scores
from silverner.projection.scoring.pair_arrays import Indices, Mask, PairArrays
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.scoring.span_evidence import SpanEvidence
from silverner.projection.scoring.span_features import candidate_spans, span_features, span_texts
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
    :returns: Candidates with their probabilities.
    """
    if not pair.entities or not pair.target:
        return []
    arrays = PairArrays.of(pair)
    evidence = SpanEvidence(arrays, with_splits=weights["split_word"] > 0)
    scores, model = fused_scores(arrays, weights), default_model()
    text = "".join(pair.target)
    bars = [char for char in forbidden if char in text]
    candidates: list[Candidate] = []
    for k, entity in enumerate(pair.entities):
        starts, ends = candidate_spans(arrays, evidence, scores, k) if proposed is None else _bounds(proposed[k])
        name = "".join(pair.source[entity.start : entity.end])
        barred = [any(char in token for char in bars if char not in name) for token in pair.target]
        possible = _possible(starts, ends, barred, max_length)
        starts, ends = starts[possible], ends[possible]
        if not len(starts):
            continue
        features = span_features(arrays, evidence, scores, k, starts, ends)
        probabilities = model.probabilities(features, span_texts(pair.target, starts, ends))
        candidates += [
            Candidate(k, int(start), int(end), float(probability))
            for start, end, probability in zip(starts, ends, probabilities, strict=True)
            if probability >= LEAST_PROBABILITY and (allowed is None or allowed[k].allows(int(start), int(end)))
        ]
    return candidates


def _bounds(spans: Collection[tuple[int, int]]) -> tuple[Indices, Indices]:
    """Return the starts and the ends of spans, each span once."""
    bounds = np.array(sorted(set(spans)), dtype=np.intp).reshape(-1, 2)
    return bounds[:, 0], bounds[:, 1]


def _possible(starts: Indices, ends: Indices, barred: Sequence[bool], max_length: int | None) -> Mask:
    """Tell which spans hold no forbidden token and are not too long."""
    walls = np.concatenate([[0], np.cumsum(barred)])
    possible: Mask = (walls[ends] == walls[starts]) & (ends - starts <= (max_length or len(barred)))
    return possible
