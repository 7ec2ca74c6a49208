"""Fits whether the target has an entity at all and whether a span is that entity, after the span model.

``fit_span_model.py`` runs it. It looks at the most probable span of every entity, with a counterpart or without,
and asks gold two questions: is there any entity where the span is, and has it the same boundaries and label?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from span_samples import EntitySpans

from silverner.projection.scoring.entity_model import ENTITY_EVIDENCE, EntityModel, log_odds
from silverner.projection.scoring.scores import THRESHOLDS
from silverner.projection.scoring.span_model import SpanModel

RIDGE = 1e-3
_INTERCEPT, _ODDS = ENTITY_EVIDENCE.index("intercept"), ENTITY_EVIDENCE.index("odds")


@dataclass(frozen=True)
class Outcomes:
    """The most probable span of every entity.

    :param evidence: What the entity model reads of it.
    :param overlaps: Whether a gold entity overlaps it.
    :param equal: Whether a gold entity has its boundaries and its label.
    """

    evidence: np.ndarray
    overlaps: np.ndarray
    equal: np.ndarray


def best_spans(entities: Sequence[EntitySpans], model: SpanModel) -> Outcomes:
    """Take the most probable span of every entity, where it is probable enough to be projected."""
    rows = []
    for one in entities:
        sums = (one.features * model.weights).sum(axis=1)
        probabilities = model.probabilities(sums, np.zeros(len(sums), dtype=np.intp), one.texts)
        best = int(probabilities.argmax())
        if probabilities[best] > THRESHOLDS["fitted"]:
            evidence = one.evidence[best].copy()
            evidence[_ODDS] = log_odds(probabilities[best])
            rows.append((evidence, one.overlaps[best], one.equal[best]))
    evidence, overlaps, equal = zip(*rows, strict=True)
    return Outcomes(np.array(evidence), np.array(overlaps, dtype=bool), np.array(equal, dtype=bool))


def fit_entities(sets: Sequence[Outcomes]) -> EntityModel:
    """Fit both regressions; a set weighs as much as the root of its entities."""
    return EntityModel(
        _fit([(one.evidence, one.overlaps) for one in sets]),
        _fit([(one.evidence[one.overlaps], one.equal[one.overlaps]) for one in sets]),
    )


def _fit(sets: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Fit a logistic regression by maximum likelihood, its evidence brought to one scale."""
    evidence, truth = (np.concatenate(columns).astype(float) for columns in zip(*sets, strict=True))
    share = np.concatenate([np.full(len(rows), len(rows) ** -0.5) for rows, _ in sets])
    share /= share.sum()
    middle, scale = evidence.mean(axis=0), evidence.std(axis=0) + 1e-9
    middle[_INTERCEPT], scale[_INTERCEPT] = 0.0, 1.0
    scaled, ridge = (evidence - middle) / scale, np.full(len(scale), RIDGE)
    ridge[_INTERCEPT] = 0.0

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits = scaled @ weights
        excess = 1 / (1 + np.exp(-logits)) - truth
        likelihood = share @ (truth * logits - np.logaddexp(0, logits))
        return ridge @ weights**2 / 2 - likelihood, scaled.T @ (share * excess) + ridge * weights

    weights = minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x / scale
    weights[_INTERCEPT] -= weights @ middle
    return np.asarray(weights)
