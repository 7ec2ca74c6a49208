"""How far the confidence of projected entities can be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from silverner.projection.metrics import calibration, precision_at_coverage
from silverner.projection.spans import ProjectedSpan, Span

COVERAGES = (50, 80, 90, 100)
"""Shares of the entities, in percent, the surest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceScores:
    """Compares the confidence of projected entities with gold.

    :param boundary_error: Expected calibration error of the confidence, taken for a probability that the boundaries are
        right where the target has an entity; ``None`` if it never has.
    :param error: That of what the confidence claims: the entity is right.
    :param precision: Precision of the surest entities, by their share in percent.
    """

    boundary_error: float | None
    error: float
    precision: Mapping[int, float]

    def facts(self) -> dict[str, Any]:
        """Return everything by name."""
        return asdict(self)


def confidence_scores(gold: Sequence[Sequence[Span]], projected: Sequence[Sequence[Span]]) -> ConfidenceScores | None:
    """Measure the confidence of projected entities.

    :param gold: The gold entities of every sentence.
    :param projected: The projected entities of the same sentences.
    :returns: The scores; ``None`` if there is no entity, or an entity has no confidence.

    >>> entities = [[ProjectedSpan(0, 1, "PER", 1.0, 0, 1, confidence=0.9), ProjectedSpan(2, 3, "LOC", 1.0, 2, 3, 0.4)]]
    >>> confidence_scores([[Span(0, 1, "PER")]], entities).precision
    {50: 100.0, 80: 50.0, 90: 50.0, 100: 50.0}
    """
    outcomes: list[tuple[float, bool]] = []
    boundaries: list[tuple[float, bool]] = []
    for gold_row, row in zip(gold, projected, strict=True):
        entities = {(g.start, g.end, g.label) for g in gold_row}
        for span in row:
            confidence = span.confidence if isinstance(span, ProjectedSpan) else None
            if confidence is None:
                return None
            outcomes.append((confidence, (span.start, span.end, span.label) in entities))
            if any(g.start < span.end and span.start < g.end for g in gold_row):
                boundaries.append((confidence, any((g.start, g.end) == (span.start, span.end) for g in gold_row)))
    if not outcomes:
        return None
    confidences, correct = zip(*outcomes, strict=True)
    surest = precision_at_coverage(confidences, correct, coverages=[share / 100 for share in COVERAGES])
    return ConfidenceScores(
        boundary_error=_error(boundaries) if boundaries else None,
        error=_error(outcomes),
        precision={share: one.precision for share, one in zip(COVERAGES, surest, strict=True)},
    )


def _error(outcomes: Sequence[tuple[float, bool]]) -> float:
    confidences, correct = zip(*outcomes, strict=True)
    return calibration(confidences, correct).error
