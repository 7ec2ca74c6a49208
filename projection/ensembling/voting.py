"""Several answers to one question: which entities a sentence has, said by several voters over the same tokens."""

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
class Voted:
    """An entity, the share of the weight that is for it, and who gave that."""

    start: int
    end: int
    label: str
    share: float
    voters: tuple[str, ...]


def vote(ballots: Mapping[str, Sequence[Span]], weights: Mapping[str, float], *, least: float) -> list[Voted]:
    """Choose entities by the weight of those who give them, boundaries and label alike.

    An entity can be chosen that has a share of ``least`` or more. Of the sets of such entities that do not overlap, the
    one is chosen that has the highest sum of shares, each less half of ``least``; of equal ones that with more
    entities, then that further left. With ``least`` above one half nothing overlaps, and every such entity is chosen:
    with equal weights that is the majority. The choice is exact (weighted interval scheduling).

    :param ballots: Every voter's entities, which do not overlap.
    :param weights: Every voter's weight, positive.
    :param least: Share from which an entity can be chosen, more than 0 and at most 1.
    :returns: The entities from left to right.
    :raises DataError: for weights or a share out of range.

    >>> one, two = Span(0, 2, "LOC"), Span(0, 1, "LOC")
    >>> [(v.start, v.end, v.voters) for v in vote({"a": [one], "b": [two], "c": [one]}, dict(a=1, b=1, c=1), least=0.5)]
    [(0, 2, ('a', 'c'))]
    """
    if not 0.0 < least <= 1.0 or not ballots or any(not 0.0 < weights[name] < float("inf") for name in ballots):
        raise DataError(f"a vote needs voters with positive weights and a share in (0, 1]: {dict(weights)}, {least}")
    total = sum(weights[name] for name in ballots)
    given: dict[tuple[int, int, str], list[str]] = {}
    for name, spans in ballots.items():
        for span in spans:
            given.setdefault((span.start, span.end, span.label), []).append(name)
    eligible = [
        Voted(*entity, sum(weights[name] for name in names) / total, tuple(sorted(names)))
        for entity, names in given.items()
    ]
    return _best([v for v in eligible if v.share >= least - _TIE], least / 2)


def _best(entities: Sequence[Voted], cost: float) -> list[Voted]:
    """Choose the best set that does not overlap: by worth, then by number; of equal sets that found first."""
    order = sorted(entities, key=lambda v: (v.end, v.start, v.label))
    ends = [v.end for v in order]
    best: list[tuple[float, int, tuple[Voted, ...]]] = [(0.0, 0, ())]
    for k, v in enumerate(order):
        worth, number, chosen = best[bisect_right(ends, v.start, hi=k)]
        taken = (worth + v.share - cost, number + 1, (*chosen, v))
        left = best[-1]
        better = taken[0] > left[0] + _TIE or (taken[0] > left[0] - _TIE and taken[1] > left[1])
        best.append(taken if better else left)
    return list(best[-1][2])


def probabilities(spans: Sequence[Span], sure: Sequence[float], length: int, labels: Sequence[str]) -> Probabilities:
    """Write entities as probabilities of tags: of every token of an entity what it is sure of, the rest on ``O``.

    :param spans: The entities.
    :param sure: The confidence in each, from 0 to 1.
    :param length: Tokens of the sentence.
    :param labels: The labels.
    :returns: Matrix of shape (length, tags), rows adding up to 1.
    """
    number = {name: k for k, name in enumerate(tag_names(labels))}
    rows = np.zeros((length, len(number)))
    rows[:, 0] = 1.0
    for span, confidence in zip(spans, sure, strict=True):
        for j in range(span.start, span.end):
            rows[j, number[f"{'B' if j == span.start else 'I'}-{span.label}"]] = confidence
            rows[j, 0] = 1.0 - confidence
    return rows


def mixture(ballots: Sequence[Probabilities], weights: Sequence[float]) -> Probabilities:
    """Average the voters' probabilities by weight.

    :param ballots: A matrix of shape (tokens, tags) a voter.
    :param weights: Their weights.
    :returns: A matrix of the same shape, rows adding up to 1.
    """
    return np.asarray(np.average(np.stack(ballots), axis=0, weights=weights))


def decode(rows: Probabilities, labels: Sequence[str]) -> list[Span]:
    """Find the most probable valid IOB2 sequence (Viterbi over the product of the tokens' probabilities).

    :param rows: Matrix of shape (tokens, tags).
    :param labels: The labels.
    :returns: The entities; ties go to the tag that comes first in :func:`~silverner.projection.spans.tag_names`.

    >>> decode(np.array([[0.4, 0.6, 0.0], [0.5, 0.0, 0.5]]), ["PER"])
    [Span(start=0, end=1, label='PER')]
    """
    names = tag_names(labels)
    follows = np.array([[not b.startswith("I-") or a[1:] == b[1:] for b in names] for a in names])
    with np.errstate(divide="ignore"):
        logs, barred = np.log(rows), np.where(follows, 0.0, -np.inf)
    if not len(rows):
        return []
    score = logs[0] + np.where([name.startswith("I-") for name in names], -np.inf, 0.0)
    back = []
    for row in logs[1:]:
        paths = score[:, None] + barred
        back.append(paths.argmax(axis=0))
        score = paths.max(axis=0) + row
    best = [int(score.argmax())]
    for step in reversed(back):
        best.append(int(step[best[-1]]))
    return spans_from_tags([names[k] for k in reversed(best)])
