"""Calibration: whether predictions with a confidence of 0.8 are right in 80 % of the cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from silverner.projection.errors import DataError

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The predictions whose confidence lies in one tenth of the range.

    :param low: Where the bin begins; it ends where the next one begins, the last one at 1.
    :param count: Predictions.
    :param confidence: Their mean confidence.
    :param correct: Share of them that is right.
    """

    low: float
    count: int
    confidence: float
    correct: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Compares the confidence of predictions with the share that is right.

    :param error: Expected calibration error, from 0 to 1.
    :param confidence: Mean confidence.
    :param correct: Share of right predictions.
    :param bins: The points of a reliability plot, empty bins left out.
    """

    error: float
    confidence: float
    correct: float
    bins: tuple[Bin, ...]


def calibration(confidences: Sequence[float], correct: Sequence[bool], *, bins: int = BINS) -> Calibration:
    """Find the expected calibration error over bins of equal width (arXiv 1706.04599, eq. 3).

    :param confidences: A probability for every prediction.
    :param correct: Whether it is right.
    :param bins: Number of bins.
    :returns: The error, and the bins.
    :raises DataError: without predictions, for lists of different lengths, or for a number that is no probability.

    >>> calibration([0.9, 0.9, 0.9, 0.9], [True, True, True, False]).error
    0.15000000000000002
    """
    if not confidences or len(confidences) != len(correct):
        raise DataError(
            f"{len(confidences)} confidences and {len(correct)} outcomes; every prediction needs one of each"
        )
    members: list[list[int]] = [[] for _ in range(bins)]
    for k, confidence in enumerate(confidences):
        if not 0.0 <= confidence <= 1.0:
            raise DataError(f"the confidence {confidence} of prediction {k + 1} lies outside 0 to 1")
        members[min(int(confidence * bins), bins - 1)].append(k)
    filled = []
    for number, predictions in enumerate(members):
        if predictions:
            count = len(predictions)
            mean = sum(confidences[k] for k in predictions) / count
            filled.append(Bin(number / bins, count, mean, sum(correct[k] for k in predictions) / count))
    total = len(confidences)
    return Calibration(
        error=sum(b.count * abs(b.confidence - b.correct) for b in filled) / total,
        confidence=sum(confidences) / total,
        correct=sum(correct) / total,
        bins=tuple(filled),
    )
