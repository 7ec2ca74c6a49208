"""Partial credit and kinds of errors, by nervaluate.

The four measures are those of SemEval-2013 task 9.1 (Segura-Bedmar, Martínez and Herrero-Zazo 2013), after the MUC-5
scoring of Chinchor and Sundheim 1993.
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
    """Counts of how gold and predicted entities match by one measure; shares in percent, 0 where undefined."""

    correct: int
    incorrect: int
    partial: int
    missed: int
    spurious: int

    @property
    def precision(self) -> float:
        """Credit as a share of the predicted entities; a partial match counts one half."""
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
    """The four measures of nervaluate, and the kinds of errors that follow from them.

    :param strict: Span and label must be right.
    :param exact: The span must be right, with any label.
    :param partial: The spans must overlap, with any label; an overlap without the same span counts one half.
    :param type: The label must be right, and the spans must overlap.
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
        """Predicted entities with the right label and another span that overlaps the gold one."""
        return self.type.correct - self.strict.correct

    @property
    def both_errors(self) -> int:
        """Predicted entities that overlap a gold entity with a wrong span and a wrong label."""
        return self.strict.incorrect - self.type_errors - self.boundary_errors

    def errors(self) -> dict[str, int]:
        """Count errors by kind.

        The correct entities and all kinds but ``spurious`` sum to gold; those and all but ``missed`` to predicted.
        """
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
    """Match entities that overlap, from left to right and each at most once, as nervaluate does.

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
    counts = Evaluator(sides[0], sides[1], tags=labels, loader="dict").evaluate()["overall"] if labels else {}
    return PartialCredit(*(_matches(counts.get(name)) for name in ("strict", "exact", "partial", "ent_type")))


def _entities(spans: Iterable[Span]) -> list[dict[str, Any]]:
    """Write the entities of a sentence as nervaluate reads them: sorted, and ``end`` is the last token."""
    ordered = sorted({(s.start, s.end, s.label) for s in spans})
    return [{"label": label, "start": start, "end": end - 1} for start, end, label in ordered]


def _matches(counts: Any) -> Matches:
    if counts is None:
        return Matches(0, 0, 0, 0, 0)
    return Matches(counts.correct, counts.incorrect, counts.partial, counts.missed, counts.spurious)
