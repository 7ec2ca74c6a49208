"""One method on one set: the entities it projects, with the symmetrisation that is best for it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from silverner.projection.links import Symmetrisation
from silverner.projection.metrics import evaluate_spans
from silverner.projection.projector import Projector, project_batch
from silverner.projection.spans import Span
from silverner.scoreboard.links import SetLinks
from silverner.scoreboard.methods import Method
from silverner.scoreboard.parallel_set import ParallelSet

_RUNS = 3
"""Runs of which the fastest counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a method, or a file of predictions, says of a set.

    :param name: Name of the method, or of the predictions.
    :param entities: The entities of every target sentence.
    :param symmetrisation: The symmetrisation that was best, if there was a choice.
    :param f1_by_symmetrisation: F1 with every symmetrisation that was tried, if there was a choice.
    :param predictions: Hash of the file, for predictions.
    :param milliseconds: Processor time for one sentence, if it was measured.
    """

    name: str
    entities: Sequence[Sequence[Span]]
    symmetrisation: Symmetrisation | None = None
    f1_by_symmetrisation: Mapping[Symmetrisation, float] = field(default_factory=dict)
    predictions: str | None = None
    milliseconds: float | None = None


def try_method(method: Method, parallel_set: ParallelSet, links: SetLinks, *, timed: bool) -> Trial:
    """Project the gold entities of a set by a method, with every symmetrisation that it may have.

    :param method: The method.
    :param parallel_set: The set.
    :param links: Its links.
    :param timed: Whether to measure the time; then the method runs several times.
    :returns: The projected entities with the best symmetrisation, the first of equals.
    """
    projectors = method.projectors(directed=links.directed)
    entities = {how: _project(projector, parallel_set, links) for how, projector in projectors.items()}
    f1 = {how: evaluate_spans(parallel_set.gold, rows).overall.f1 for how, rows in entities.items()}
    best = max(f1, key=lambda how: f1[how])
    there_was_a_choice = len(projectors) > 1
    return Trial(
        name=method.name,
        entities=entities[best],
        symmetrisation=best if there_was_a_choice else None,
        f1_by_symmetrisation=f1 if there_was_a_choice else {},
        milliseconds=_milliseconds(projectors[best], parallel_set, links) if timed else None,
    )


def _project(projector: Projector, parallel_set: ParallelSet, links: SetLinks) -> list[Sequence[Span]]:
    sides = parallel_set.source_tokens, parallel_set.entities, parallel_set.target_tokens
    projections = project_batch(*sides, links.forward, links.reverse, projector=projector, evidence=links.evidence)
    return [projection.spans for projection in projections]


def _milliseconds(projector: Projector, parallel_set: ParallelSet, links: SetLinks) -> float:
    """Measure the processor time for one sentence, the best of several runs."""
    seconds = []
    for _ in range(_RUNS):
        start = time.process_time()
        _project(projector, parallel_set, links)
        seconds.append(time.process_time() - start)
    return 1000 * min(seconds) / len(parallel_set.sources)
