"""Revision: a student that has learnt a projection corrects it where it knows better.

The student's word for a span is its probability times how far it can be trusted. That is how far it agrees with the
projection of held-out rows, which it has not learnt from. Its word is weighed against the confidence of the projection.
So a student that has learnt nothing changes nothing, however certain it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from silverner.projection.metrics import evaluate_spans
from silverner.projection.spans import Span, spans_from_tags, tag_names
from silverner.students.corpus import Row
from silverner.students.targets import Reals

LEAST_FOR_LOST = 0.5
"""What the student must say of a span without a projected entity, where one of that label was lost."""
LEAST_FOR_NEW = 0.9
"""The same where none was lost, so that the source has no such entity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How far a student can be trusted, both from 0 to 1.

    :param entities: What its word is worth that a span is an entity: its precision against the projection of held-out
        rows.
    :param nothing: What its word is worth that a span is none: its recall there.
    """

    entities: float
    nothing: float


def trust(held_out: Sequence[Row], predicted: Sequence[Sequence[Span]]) -> Trust:
    """Compare a student with the projection of rows that it has not learnt from.

    :param held_out: The rows, with their first projection.
    :param predicted: The student's entities.
    :returns: How far it can be trusted; not at all where it finds nothing.
    """
    score = evaluate_spans([row.spans for row in held_out], predicted).overall
    return Trust(entities=score.precision / 100, nothing=score.recall / 100)


def revise(row: Row, probabilities: Reals, labels: Sequence[str], trusted: Trust) -> Row:
    """Correct the projection of a row by what a student says.

    A projected entity goes where the student finds none, and its word for that is above the confidence. Where entities
    of both overlap, the one with more behind it stays. Where the projection has nothing, an entity of the student is
    added: more readily if the source has an entity of its label that was lost.

    :param row: The row, with its first projection.
    :param probabilities: Those of the student, shape (tokens, tags).
    :param labels: The labels of the corpus and the student.
    :param trusted: How far the student can be trusted.
    :returns: The row with other entities and their confidences.
    """
    student = spans_from_probabilities(probabilities, labels)
    said = {span: trusted.entities * float(probabilities[span.start : span.end].max(axis=1).mean()) for span in student}
    projected = {
        span: confidence
        for span, confidence in zip(row.spans, row.confidences, strict=True)
        if any(_overlap(span, one) for one in student)
        or trusted.nothing * float(probabilities[span.start : span.end, 0].mean()) <= confidence
    }
    lost = Counter(span.label for span in row.source_spans)
    lost.subtract(span.label for span in projected)
    rivals = dict(projected)
    for span, word in said.items():
        if any(_overlap(span, one) for one in projected):
            rivals[span] = max(word, rivals.get(span, 0.0))
        elif word >= (LEAST_FOR_LOST if lost[span.label] > 0 else LEAST_FOR_NEW):
            rivals[span] = word
    chosen: dict[Span, float] = {}
    for span in sorted(rivals, key=lambda one: (-rivals[one], one not in projected, one)):
        if not any(_overlap(span, one) for one in chosen):
            chosen[span] = rivals[span]
    spans = tuple(sorted(chosen))
    return replace(row, spans=spans, confidences=tuple(chosen[span] for span in spans))


def spans_from_probabilities(probabilities: Reals, labels: Sequence[str]) -> list[Span]:
    """Read entities from probabilities; a broken sequence of tags is read as the CoNLL scorer reads it.

    :param probabilities: Shape (tokens, tags).
    :param labels: The labels.
    :returns: The entities from left to right.
    """
    names = tag_names(labels)
    return spans_from_tags([names[k] for k in probabilities.argmax(axis=1)], repair=True)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
