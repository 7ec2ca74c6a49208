"""The settings of a projection: the score, the candidates and the matcher, and what they allow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from silverner.projection.errors import UsageError, nearest
from silverner.projection.links import SYMMETRISATIONS, Symmetrisation
from silverner.projection.matching.candidates import FORBIDDEN
from silverner.projection.matching.choices import INITIALS, MATCHERS, PROPOSERS, Initial, Matcher, Proposer
from silverner.projection.scoring.choices import SCORES, Score
from silverner.projection.scoring.scores import THRESHOLDS
from silverner.projection.scoring.weights import DEFAULT_WEIGHTS, PartWeights

REPEAT = 0.75
"""What a further mention of an entity must score more than, where an entity may have several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectorSettings:
    """The settings of a projection.

    :param matcher: ``exact``, ``greedy``, ``heuristic`` or ``bipartite``.
    :param score: ``fitted``, ``fused`` or ``dice``; the heuristic chooses by links alone and only reports it, and the
        fused score in place of the fitted one.
    :param weights: The parts of the fused score, which the fitted score reads, too.
    :param symmetrise: How to make one alignment of two directions.
    :param threshold: An entity is not projected when its best span scores this or less; ``None`` is what suits the
        score, 0.25 for fitted and fused, and 0 for dice.
    :param proposer: Where candidates come from: ``ngram``, every span; ``runs``, aligned runs; ``ner``, the entities of
        a tagger of the target; ``union``, both of these. The heuristic has its own.
    :param max_length: Longest n-gram in tokens; ``None`` is no limit.
    :param forbidden: Characters no n-gram may contain, but for those the entity itself has.
    :param projections: Most spans an entity may get, for names the target mentions again.
    :param repeat: What every further mention must score more than
        (:func:`~silverner.projection.matching.repeat.match_repeated`).
    :param capitals: Labels whose entities are names, and written with a capital:
        :mod:`silverner.projection.scoring.capitalisation`; ``None`` for people, organisations and places, whatever the
        label set calls them. The rule holds where the evidence has the cases of the target's tokens.
    :param initial: ``capital``: such a name does not begin with a small word either, unless the source has the same
        small word in it (``von``); good for languages that put no noun before a name.
    """

    matcher: Matcher = "exact"
    score: Score = "fitted"
    weights: PartWeights = DEFAULT_WEIGHTS
    symmetrise: Symmetrisation = "gdfa"
    threshold: float | None = None
    proposer: Proposer = "ngram"
    max_length: int | None = None
    forbidden: str = FORBIDDEN
    projections: int = 1
    repeat: float = REPEAT
    capitals: tuple[str, ...] | None = None
    initial: Initial = "any"

    def __post_init__(self) -> None:
        """Refuse unknown names at once.

        :raises UsageError: naming the allowed values.
        """
        choices: tuple[tuple[str, Collection[str]], ...] = (
            *(("matcher", MATCHERS), ("score", SCORES), ("symmetrise", SYMMETRISATIONS)),
            *(("proposer", PROPOSERS), ("initial", INITIALS)),
        )
        for name, allowed in choices:
            if getattr(self, name) not in allowed:
                raise UsageError(
                    f"unknown {name} {getattr(self, name)!r}; {nearest(str(getattr(self, name)), allowed)}"
                )
        for name in ("threshold", "repeat"):
            if not 0.0 <= (getattr(self, name) or 0.0) < float("inf"):
                raise UsageError(f"{name} {getattr(self, name)} is not a number from 0")
        if self.max_length is not None and self.max_length < 1:
            raise UsageError(f"max_length {self.max_length} leaves no candidate; it must be 1 or more")
        if self.projections < 1:
            raise UsageError(f"projections {self.projections} leaves no entity a place; it must be 1 or more")
        if self.matcher == "heuristic" and (self.threshold or self.max_length is not None or self.projections > 1):
            raise UsageError(
                "the heuristic follows the links alone: it takes neither threshold, max_length nor projections"
            )

    @property
    def needs_cooccurrences(self) -> bool:
        """Whether the score reads the counts of the whole corpus."""
        return self.span_score == "fitted" or (self.span_score == "fused" and self.weights.need_cooccurrences)

    @property
    def span_score(self) -> Score:
        """The score of the candidates: the heuristic has no model of spans."""
        return "fused" if self.matcher == "heuristic" and self.score == "fitted" else self.score

    @property
    def lowest_score(self) -> float:
        """What a span must score more than: the threshold, or what suits the score."""
        return THRESHOLDS[self.score] if self.threshold is None else self.threshold
