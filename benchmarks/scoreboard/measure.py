"""Measures every method on every set with the links of every aligner."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from silverner.projection.chain import ShardStore
from silverner.projection.chain.store_url import StoreUrl
from silverner.projection.errors import DataError, MissingEngineError, MissingFileError, UsageError, nearest
from silverner.projection.metrics import compare, evaluate_spans, intervals
from silverner.projection.metrics.resampling import check_settings
from silverner.scoreboard.absence import Absence, absence_lines
from silverner.scoreboard.aligners import AlignerEntry, read_aligners
from silverner.scoreboard.confidence import confidence_scores
from silverner.scoreboard.links import SetLinks, link
from silverner.scoreboard.methods import DEFAULT, METHODS, USUAL, Method, choose_methods
from silverner.scoreboard.parallel_set import ParallelSet, read_set
from silverner.scoreboard.predictions import read_predictions
from silverner.scoreboard.registry import SetEntry, choose_sets, registered_sets
from silverner.scoreboard.scores import Group, Row, Scoreboard
from silverner.scoreboard.trial import Trial, try_method


@dataclass(frozen=True, kw_only=True)
class BenchmarkRequest:
    """What to measure.

    :param store: Folder or URL that keeps links.
    :param folder: Folder with the files of sets; ``None`` for the embedded corpus alone.
    :param sets: Names of sets or corpora; all if there is none.
    :param aligners: Aligners as a user writes them (:func:`~silverner.scoreboard.aligners.read_aligner`).
    :param methods: Names of methods; the usual ones if there is none.
    :param predictions: Predictions as a user writes them (:func:`~silverner.scoreboard.predictions.read_predictions`).
    :param repair: Repair invalid tag sequences of predictions instead of refusing them.
    :param baseline: The method that all others are compared with.
    :param resamples: Resamples of intervals and comparisons.
    :param seed: Seed of the resamples.
    :param timed: Whether to measure the time, too; then no two runs give the same file.
    """

    store: Path | StoreUrl
    folder: Path | None = None
    sets: Sequence[str] = ()
    aligners: Sequence[str] = ()
    methods: Sequence[str] = ()
    predictions: Sequence[str] = ()
    repair: bool = False
    baseline: str = DEFAULT
    resamples: int = 1000
    seed: int = 0
    timed: bool = False


def measure(request: BenchmarkRequest, report: Callable[[str], None] = lambda _: None) -> Scoreboard:
    """Measure what a request asks for.

    :param request: What to measure.
    :param report: Is told what is being done.
    :returns: The scoreboard.
    :raises UsageError: when a name is unknown.
    :raises MissingFileError: when a set that was asked for lacks a file.
    :raises DataError: when a file breaks a rule, or nothing can be measured.
    """
    return _Run(request, report).scoreboard()


class _Run:
    """One run: everything that the request names, read before anything is aligned, and what is absent."""

    def __init__(self, request: BenchmarkRequest, report: Callable[[str], None]) -> None:
        check_settings(request.resamples, request.seed)
        self._request, self._report = request, report
        self._absent: list[Absence] = []
        self._aligners = read_aligners(request.aligners)
        entries = choose_sets(registered_sets(request.folder), request.sets)
        entries = [entry for entry in entries if self._is_there(entry)]
        predictions = read_predictions(request.predictions, [entry.name for entry in entries])
        self._methods = _methods(request, [one.name for one in predictions])
        self._sets = [read_set(entry) for entry in entries]
        self._predicted = {
            one.name: [p.trial(one, repair=request.repair) for p in predictions if p.set_name == one.name]
            for one in self._sets
        }
        self._store = ShardStore(request.store)

    def scoreboard(self) -> Scoreboard:
        """Measure everything."""
        request = self._request
        groups = [group for parallel_set in self._sets for group in self._groups(parallel_set)]
        if not groups:
            raise DataError(f"nothing can be measured: {'; '.join(absence_lines(self._absent))}")
        return Scoreboard(
            groups=groups,
            absent=self._absent,
            baseline=request.baseline,
            resamples=request.resamples,
            seed=request.seed,
        )

    def _is_there(self, entry: SetEntry) -> bool:
        """Tell whether a set can be measured; a set that the user named must be there."""
        why = entry.missing()
        if why is not None and self._request.sets:
            raise MissingFileError(f"the set {entry.name} cannot be measured: {why}")
        if why is not None:
            self._absent.append(Absence(set_name=entry.name, aligner=None, reason=why))
        return why is None

    def _groups(self, parallel_set: ParallelSet) -> Iterator[Group]:
        predicted = self._predicted[parallel_set.name]
        linked = [links for aligner in self._aligners if (links := self._links(parallel_set, aligner)) is not None]
        for links in linked:
            projected = [try_method(method, parallel_set, links, timed=self._request.timed) for method in self._methods]
            yield Group(parallel_set=parallel_set, links=links, rows=self._rows(parallel_set, [*projected, *predicted]))
        if predicted and not linked:
            yield Group(parallel_set=parallel_set, links=None, rows=self._rows(parallel_set, predicted))

    def _links(self, parallel_set: ParallelSet, aligner: AlignerEntry) -> SetLinks | None:
        """Align a set; ``None`` if that is not possible here, which the scoreboard says."""
        self._report(f"{parallel_set.name}: links of {aligner.name}")
        try:
            return link(parallel_set, aligner, self._store)
        except (MissingEngineError, MissingFileError) as error:
            if (aligner.name, str(error)) not in {(one.aligner, one.reason) for one in self._absent}:
                self._report(f"{parallel_set.name}: no links of {aligner.name}: {error}")
            self._absent.append(Absence(set_name=parallel_set.name, aligner=aligner.name, reason=str(error)))
            return None

    def _rows(self, parallel_set: ParallelSet, trials: Sequence[Trial]) -> list[Row]:
        """Score what was projected, and compare it with the baseline."""
        gold, rounds = parallel_set.gold, {"resamples": self._request.resamples, "seed": self._request.seed}
        baseline = next((trial for trial in trials if trial.name == self._request.baseline), None)
        return [
            Row(
                trial=trial,
                scores=evaluate_spans(gold, trial.entities).overall,
                intervals=intervals(gold, trial.entities, **rounds),
                comparison=None
                if baseline is None or trial is baseline
                else compare(gold, baseline.entities, trial.entities, **rounds),
                confidence=confidence_scores(gold, trial.entities),
            )
            for trial in trials
        ]


def _methods(request: BenchmarkRequest, predictions: Sequence[str]) -> list[Method]:
    """Choose the methods of a request, and the baseline, if that is a method."""
    allowed = [*METHODS, *predictions]
    if request.baseline not in allowed:
        raise UsageError(f"unknown baseline {request.baseline!r}; {nearest(request.baseline, allowed)}")
    baseline = [request.baseline] if request.baseline in METHODS else []
    return choose_methods([*(request.methods or USUAL), *baseline])
