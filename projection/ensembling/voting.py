"""Combines the entities that several voters give to the same sentence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silverner.projection.errors import DataError
from silverner.projection.spans import Span, spans_from_tags, tag_names

Probabilities = NDArray[np.float64]
"""Matrix of shape (tokens, tags); tags in the order of :func:`~silverner.projection.spans.tag_names`."""
_TIE = 1e-9


@dataclass(frozen=True, slots=True, order=True)
class VotedEntity:
    """An entity, the share of the total weight that votes for it, and the voters."""

    start: int
    end: int
    label: str
    share: float
    voters: tuple[str, ...]


def vote(ballots: Mapping[str, Sequence[Span]], weights: Mapping[str, float], *, least: float) -> list[VotedEntity]:
    """Choose entities by the weight of their voters, who must give the same boundaries and the same label.

    An entity is eligible with a share of ``least`` or more. Of the sets of eligible entities that do not overlap, the
    chosen one has the highest sum of (share - ``least`` / 2); ties go to the set with more entities, then to the set
    further left. With ``least`` above one half nothing overlaps, and every eligible entity is chosen: with equal
    weights that is the majority. The choice is exact (weighted interval scheduling).

    :param ballots: Every voter's entities, which do not overlap.
    :param weights: Every voter's weight, positive.
    :param least: Lowest share of an eligible entity, more than 0 and at most 1.
    :returns: The entities from left to right.
    :raises DataError: for weights or a share out of range.

    >>> one, two = Span(0, 2, "LOC"), Span(0, 1, "LOC")
    >>> [(v.start, v.end, v.voters) for v in vote({"a": [one], "b": [two], "c": [one]}, dict(a=1, b=1, c=1), least=0.5)]
    [(0, 2, ('a', 'c'))]
    """
    if not 0.0 < least <= 1.0 or not ballots or any(not 0.0 < weights[name] < float("inf") for name in ballots):
        raise DataError(
            f"a vote needs voters with positive weights, not {dict(weights)}, and a least share above 0 and up to 1, "
            f"not {least}"
        )
    total = sum(weights[name] for name in ballots)
    voters_by_entity: dict[tuple[int, int, str], list[str]] = {}
    for name, spans in ballots.items():
        for span in spans:
            voters_by_entity.setdefault((span.start, span.end, span.label), []).append(name)
    eligible = [
        VotedEntity(*entity, sum(weights[name] for name in names) / total, tuple(sorted(names)))
        for entity, names in voters_by_entity.items()
    ]
    return _best_set([v for v in eligible if v.share >= least - _TIE], least / 2)


def _best_set(entities: Sequence[VotedEntity], cost: float) -> list[VotedEntity]:
    """Choose the best set without overlaps: by its gain, then by its size; ties go to the set that comes first."""
    order = sorted(entities, key=lambda v: (v.end, v.start, v.label))
    ends = [v.end for v in order]
    best: list[tuple[float, int, tuple[VotedEntity, ...]]] = [(0.0, 0, ())]
    for k, v in enumerate(order):
        gain, number, chosen = best[bisect_right(ends, v.start, hi=k)]
        including = (gain + v.share - cost, number + 1, (*chosen, v))
        excluding = best[-1]
        is_better = including[0] > excluding[0] + _TIE or (
            including[0] > excluding[0] - _TIE and including[1] > excluding[1]
        )
        best.append(including if is_better else excluding)
    return list(best[-1][2])


def tag_probabilities(
    spans: Sequence[Span], confidences: Sequence[float], length: int, labels: Sequence[str]
) -> Probabilities:
    """Write entities as tag probabilities: every token of an entity gets its confidence, and ``O`` gets the rest.

    :param spans: The entities.
    :param confidences: The confidence of each, from 0 to 1.
    :param length: Tokens of the sentence.
    :param labels: The labels.
    :returns: Matrix of shape (length, tags), rows adding up to 1.
    """
    number = {name: k for k, name in enumerate(tag_names(labels))}
    rows = np.zeros((length, len(number)))
    rows[:, 0] = 1.0
    for span, confidence in zip(spans, confidences, strict=True):
        for j in range(span.start, span.end):
            rows[j, number[f"{'B' if j == span.start else 'I'}-{span.label}"]] = confidence
            rows[j, 0] = 1.0 - confidence
    return rows


def mixture(ballots: Sequence[Probabilities], weights: Sequence[float]) -> Probabilities:
    """Average the voters' tag probabilities by weight.

    :param ballots: One matrix of shape (tokens, tags) for every voter.
    :param weights: Their weights.
    :returns: A matrix of the same shape, rows adding up to 1.
    """
    return np.asarray(np.average(np.stack(ballots), axis=0, weights=weights))


def decode_entities(rows: Probabilities, labels: Sequence[str]) -> list[Span]:
    """Find the most probable valid IOB2 sequence (Viterbi over the product of the tokens' probabilities).

    :param rows: Matrix of shape (tokens, tags).
    :param labels: The labels.
    :returns: The entities; ties go to the tag that comes first in :func:`~silverner.projection.spans.tag_names`.

    >>> decode_entities(np.array([[0.4, 0.6, 0.0], [0.5, 0.0, 0.5]]), ["PER"])
    [Span(start=0, end=1, label='PER')]
    """
    names = tag_names(labels)
    follows = np.array([[not b.startswith("I-") or a[1:] == b[1:] for b in names] for a in names])
    with np.errstate(divide="ignore"):
        logs, barred = np.log(rows), np.where(follows, 0.0, -np.inf)
    if not len(rows):
        return []
    score = logs[0] + np.where([name.startswith("I-") for name in names], -np.inf, 0.0)
    best_previous = []
    for row in logs[1:]:
        paths = score[:, None] + barred
        best_previous.append(paths.argmax(axis=0))
        score = paths.max(axis=0) + row
    best = [int(score.argmax())]
    for step in reversed(best_previous):
        best.append(int(step[best[-1]]))
    return spans_from_tags([names[k] for k in reversed(best)])
