from __future__ import annotations

import pytest

from silverner.projection.spans import ProjectedSpan, Span
from silverner.scoreboard.confidence import confidence_scores

GOLD = [[Span(0, 1, "PER"), Span(2, 4, "LOC")], [], [Span(0, 2, "ORG")]]


def _span(start: int, end: int, label: str, confidence: float | None) -> ProjectedSpan:
    return ProjectedSpan(start, end, label, 1.0, start, end, confidence)


def test_boundaries_count_where_the_target_has_an_entity() -> None:
    projected = [
        [_span(0, 1, "PER", 1.0), _span(2, 3, "LOC", 0.5)],  # right; wrong boundary
        [_span(0, 1, "PER", 0.5)],  # no entity there: only the second error counts it
        [_span(0, 2, "MISC", 0.5)],  # right boundaries, wrong label
    ]
    scores = confidence_scores(GOLD, projected)
    assert scores is not None
    assert scores.boundary_error == pytest.approx(0.0)  # 1 of 1 at 1.0, 1 of 2 at 0.5
    assert scores.error == pytest.approx(0.375)  # 1 of 1 at 1.0, 0 of 3 at 0.5
    assert scores.precision == {50: 50.0, 80: pytest.approx(100 / 3), 90: 25.0, 100: 25.0}


@pytest.mark.parametrize(
    "projected",
    [[[], [], []], [[_span(0, 1, "PER", None)], [], []], [[Span(0, 1, "PER")], [], []]],
    ids=["no entity", "no confidence", "read from a file"],
)
def test_without_confidence_there_is_nothing_to_measure(projected: list[list[Span]]) -> None:
    assert confidence_scores(GOLD, projected) is None


def test_entities_that_lie_nowhere_near_gold_have_no_boundary_error() -> None:
    scores = confidence_scores([[], []], [[_span(0, 1, "PER", 0.8)], []])
    assert scores is not None
    assert scores.boundary_error is None
    assert scores.error == pytest.approx(0.8)
