"""Partial credit and kinds of errors, by nervaluate.

The four measures are those of SemEval-2013 task 9.1 (Segura-Bedmar, Martínez and Herrero-Zazo 2013), after the MUC-5
scoring of Chinchor and Sundheim 1993.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from silverner.projection.errors import DataError
from silverner.projection.metrics.scores import EntityKey, entity_keys
from silverner.projection.spans import Span

if TYPE_CHECKING:
    from nervaluate.entities import Entity

_Group = tuple[tuple[EntityKey, ...], tuple[EntityKey, ...]]
"""Gold and predicted entities that overlap."""


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
    identical = 0
    groups = Counter[_Group]()
    for g, p in zip(map(entity_keys, gold), map(entity_keys, predicted), strict=True):
        if g == p:
            identical += len(g)
        else:
            groups.update(_overlapping(g, p))
    totals = _match(groups)
    return PartialCredit(*(replace(matches, correct=matches.correct + identical) for matches in totals))


def _overlapping(gold: Iterable[EntityKey], predicted: Iterable[EntityKey]) -> Iterator[_Group]:
    """Group the entities of a sentence that overlap, directly or through others; each group begins at 0.

    Entities of different groups cannot match, and the same groups occur again and again: an entity that was missed, one
    with another label, one that is a token longer. So each kind of group is matched once.
    """
    entities = sorted([(*key, 0) for key in gold] + [(*key, 1) for key in predicted])
    sides: tuple[list[EntityKey], list[EntityKey]] = ([], [])
    first = furthest = 0
    for start, end, label, side in entities:
        if start >= furthest:
            if furthest:
                yield tuple(sides[0]), tuple(sides[1])
            sides, first = ([], []), start
        sides[side].append((start - first, end - first, label))
        furthest = max(furthest, end)
    if furthest:
        yield tuple(sides[0]), tuple(sides[1])


def _match(groups: Mapping[_Group, int]) -> list[Matches]:
    """Match the entities of groups by every measure, and add up how they match."""
    totals = [Counter[str]() for _ in range(4)]
    if groups:
        from nervaluate import strategies  # loaded where something is wrong

        measures = (
            strategies.StrictEvaluation(),
            strategies.ExactEvaluation(),
            strategies.PartialEvaluation(),
            strategies.EntityTypeEvaluation(),
        )
        for group, count in groups.items():
            gold, predicted = map(_entities, group)
            for total, measure in zip(totals, measures, strict=True):
                matches, _ = measure.evaluate(gold, predicted, [])
                for field in fields(Matches):
                    total[field.name] += count * getattr(matches, field.name)
    return [Matches(*(total[field.name] for field in fields(Matches))) for total in totals]


def _entities(keys: Iterable[EntityKey]) -> list[Entity]:
    """Write entities as nervaluate reads them: ``end`` is the last token."""
    from nervaluate.entities import Entity

    return [Entity(label=label, start=start, end=end - 1) for start, end, label in keys]
