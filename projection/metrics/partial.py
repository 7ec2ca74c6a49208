"""Partial credit, and what kind of errors there are, through nervaluate.

The four measures are of SemEval-2013 task 9.1 (Segura-Bedmar, Martínez and Herrero-Zazo 2013), after the MUC-5 scoring
of Chinchor and Sundheim 1993.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nervaluate import Evaluator

from silverner.projection.errors import DataError
from silverner.projection.spans import Span


@dataclass(frozen=True, slots=True)
class Matches:
    """How entities of both sides met by one measure; shares in percent, 0 where undefined."""

    correct: int
    incorrect: int
    partial: int
    missed: int
    spurious: int

    @property
    def precision(self) -> float:
        """Credit as a share of the predicted entities; a partial match is worth a half."""
        return self._share(self.correct + self.incorrect + self.partial + self.spurious)

    @property
    def recall(self) -> float:
        """Credit as a share of the gold entities."""
        return self._share(self.correct + self.incorrect + self.partial + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def _share(self, total: int) -> float:
        return 100 * (self.correct + self.partial / 2) / total if total else 0.0

    def facts(self) -> dict[str, float | int]:
        """Return counts and shares by name."""
        return {**asdict(self), "precision": self.precision, "recall": self.recall, "f1": self.f1}


@dataclass(frozen=True, slots=True)
class PartialCredit:
    """The four measures of nervaluate, and the errors they tell apart.

    :param strict: Span and label both right.
    :param exact: The span right, whatever the label.
    :param partial: An overlap is worth a half, whatever the label.
    :param type: The label right, and an overlap.
    """

    strict: Matches
    exact: Matches
    partial: Matches
    type: Matches

    @property
    def type_errors(self) -> int:
        """Predicted entities with the right span and a wrong label."""
        return self.exact.correct - self.strict.correct

    @property
    def boundary_errors(self) -> int:
        """Predicted entities with the right label that overlap their gold entity without having its span."""
        return self.type.correct - self.strict.correct

    @property
    def both_errors(self) -> int:
        """Predicted entities that overlap a gold entity with a wrong span and a wrong label."""
        return self.strict.incorrect - self.type_errors - self.boundary_errors

    def errors(self) -> dict[str, int]:
        """Count errors by kind: with the correct, all but ``spurious`` sum to gold, all but ``missed`` to predicted."""
        return {
            "boundary": self.boundary_errors,
            "type": self.type_errors,
            "both": self.both_errors,
            "missed": self.strict.missed,
            "spurious": self.strict.spurious,
        }

    def facts(self) -> dict[str, Any]:
        """Return everything as plain numbers."""
        measures = {name: getattr(self, name).facts() for name in ("strict", "exact", "partial", "type")}
        return {**measures, "errors": self.errors()}


def partial_credit(gold: Sequence[Iterable[Span]], predicted: Sequence[Iterable[Span]]) -> PartialCredit:
    """Match entities that overlap, as nervaluate does: from left to right, each at most once.

    :param gold: The gold entities of every sentence; those of one sentence do not overlap.
    :param predicted: The predicted entities of the same sentences; the same holds.
    :returns: Scores and kinds of errors.
    :raises DataError: when the numbers of sentences differ.

    >>> credit = partial_credit([[Span(0, 2, "PER"), Span(3, 4, "LOC")]], [[Span(0, 1, "PER"), Span(3, 4, "ORG")]])
    >>> credit.strict.f1, credit.exact.f1, credit.partial.f1, credit.type.f1
    (0.0, 50.0, 75.0, 50.0)
    >>> credit.errors()
    {'boundary': 1, 'type': 1, 'both': 0, 'missed': 0, 'spurious': 0}
    """
    if len(gold) != len(predicted):
        raise DataError(f"{len(gold)} gold and {len(predicted)} predicted sentences; they must be the same sentences")
    sides = [[_entities(spans) for spans in side] for side in (gold, predicted)]
    labels = sorted({entity["label"] for side in sides for entities in side for entity in entities})
    found = Evaluator(sides[0], sides[1], tags=labels, loader="dict").evaluate()["overall"] if labels else {}
    return PartialCredit(*(_matches(found.get(name)) for name in ("strict", "exact", "partial", "ent_type")))


def _entities(spans: Iterable[Span]) -> list[dict[str, Any]]:
    """Write the entities of a sentence as nervaluate reads them: sorted, the last token included."""
    ordered = sorted({(s.start, s.end, s.label) for s in spans})
    return [{"label": label, "start": start, "end": end - 1} for start, end, label in ordered]


def _matches(found: Any) -> Matches:
    if found is None:
        return Matches(0, 0, 0, 0, 0)
    return Matches(found.correct, found.incorrect, found.partial, found.missed, found.spurious)
