"""Precision at coverage: how right the surest predictions are, where the others are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from silverner.projection.errors import DataError, UsageError

COVERAGES = (0.5, 0.8, 0.9, 1.0)
"""Shares of the predictions that are kept, the surest first."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The surest predictions.

    :param share: Their share of all predictions, from 0 to 1.
    :param kept: How many they are.
    :param confidence: The lowest confidence among them.
    :param precision: Percent of them that are right.
    """

    share: float
    kept: int
    confidence: float
    precision: float

    def facts(self) -> dict[str, float | int]:
        """Return everything by name."""
        return asdict(self)


def precision_at_coverage(
    confidences: Sequence[float], correct: Sequence[bool], *, coverages: Sequence[float] = COVERAGES
) -> list[Coverage]:
    """Measure the precision of the surest share of predictions (the risk-coverage curve of arXiv 1705.08500).

    The number of those kept is rounded, and is at least one. Where only some of the predictions with the same
    confidence can be kept, they count by their share of right ones, which is what a choice among them gives on average.
    So the order of the predictions decides nothing.

    :param confidences: A confidence for every prediction; higher is surer, on any scale.
    :param correct: Whether it is right.
    :param coverages: Shares to keep, above 0 and up to 1.
    :returns: The surest predictions of every share.
    :raises DataError: without predictions, for lists of different lengths, or for a confidence that is no number.
    :raises UsageError: when a share is out of range.

    >>> [round(c.precision, 1) for c in precision_at_coverage([0.9, 0.8, 0.8, 0.3], [True, True, False, False])]
    [75.0, 66.7, 50.0, 50.0]
    """
    if not confidences or len(confidences) != len(correct):
        raise DataError(
            f"{len(confidences)} confidences and {len(correct)} outcomes; every prediction needs one of each"
        )
    for share in coverages:
        if not 0 < share <= 1:
            raise UsageError(f"coverage={share} is no share to keep; allowed: above 0 and up to 1, such as 0.8")
    for k, confidence in enumerate(confidences, start=1):
        if confidence != confidence:
            raise DataError(f"the confidence of prediction {k} is no number")
    counts = Counter(confidences)
    right = Counter(confidence for confidence, is_right in zip(confidences, correct, strict=True) if is_right)
    return [_surest(share, max(1, round(share * len(confidences))), counts, right) for share in coverages]


def _surest(share: float, kept: int, counts: Counter[float], right: Counter[float]) -> Coverage:
    """Go from the highest confidence downward until enough predictions are kept."""
    left, sum_right, confidence = kept, 0.0, 0.0
    for confidence in sorted(counts, reverse=True):
        taken = min(left, counts[confidence])
        sum_right += right[confidence] * taken / counts[confidence]
        left -= taken
        if not left:
            break
    return Coverage(share, kept, confidence, 100 * sum_right / kept)


def coverage_table(rows: Sequence[Coverage]) -> str:
    """Write the precision of the surest predictions as a table for reading.

    :param rows: As :func:`precision_at_coverage` returns them.
    :returns: A line of headings, and a line for every share.
    """
    lines = ["surest entities  precision   kept  confidence at least"]
    for row in rows:
        name = f"{100 * row.share:g} %"
        lines.append(f"{name:<15}  {row.precision:9.2f}  {row.kept:5}  {row.confidence:19.3f}")
    return "\n".join(lines)
