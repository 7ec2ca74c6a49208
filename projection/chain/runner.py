"""The runner of a chain: it goes stage by stage and shard by shard, and computes only what the store does not hold."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from silverner.projection.chain.artefacts import Artefacts, RecordedArtefact, artefact_name
from silverner.projection.chain.claims import PAUSE, claimed, new_build
from silverner.projection.chain.corpus_shards import CorpusShards
from silverner.projection.chain.executors import Executor, InProcess
from silverner.projection.chain.graph import StageGraph
from silverner.projection.chain.loaded_models import models_of
from silverner.projection.chain.memory import trim_memory
from silverner.projection.chain.model_counts import ModelCounts
from silverner.projection.chain.progress import Progress, StageProgress
from silverner.projection.chain.signatures import Signatures
from silverner.projection.chain.stage import (
    SHARD_ROWS,
    Batch,
    CountingStage,
    FittingStage,
    SentenceSource,
    Stage,
    is_repeatable,
    release,
)
from silverner.projection.chain.stage_state import StageState
from silverner.projection.chain.stage_task import CountTask, StageTask
from silverner.projection.chain.store import ShardStore
from silverner.projection.errors import MissingEngineError, MissingFileError, NotDownloadedError

LOG = logging.getLogger("silverner")


class Chain:
    """A source and the stages that follow it."""

    def __init__(
        self,
        source: SentenceSource,
        stages: Sequence[Stage],
        store: ShardStore,
        *,
        artefacts: Mapping[str, RecordedArtefact] | None = None,
        progress: Progress | None = None,
        name: str = "",
    ) -> None:
        """Order the stages by the columns they need.

        :param source: Where sentences come from.
        :param stages: The stages, in any order.
        :param store: Where finished shards are.
        :param artefacts: Artefacts of an earlier build, used instead of fitting again: by name, as
            :meth:`artefact_files` gives it.
        :param progress: Called whenever sentences are finished.
        :param name: What to call the chain in the log, where several run.
        :raises UsageError: when two stages add one column, one needs a column nobody adds, or they need each other.
        """
        self._source, self._store, self._artefacts = source, store, Artefacts(store, artefacts or {})
        self.progress = progress or (lambda step, finished, total: None)
        self._log_name = f"{name}: " if name else ""
        self._graph = StageGraph(source, stages)
        self._signatures = Signatures(self._graph, self._artefacts, shard_rows=SHARD_ROWS)
        self._shards = CorpusShards(self._graph, self._signatures, store, shard_rows=SHARD_ROWS)
        self._build = new_build()
        self._missing: list[int] | None = None
        self._steps_run = 0
        self._next_models: frozenset[str] | None = None

    def plan(self) -> list[StageState]:
        """Say how much of every stage is finished, without running anything.

        :returns: The source and the stages in order.
        """
        states: list[StageState] = []
        failed: set[str] = set()
        for name in self._graph.order:
            blocked = not failed.isdisjoint(self._graph.ancestors_of(name))
            try:
                self._graph.nodes[name].settings()
                states.append(StageState(name, None) if blocked else self._state(name))
            except (MissingEngineError, MissingFileError) as error:
                failed.add(name)
                downloadable = isinstance(error, NotDownloadedError)
                states.append(StageState(name, None, missing=str(error), downloadable=downloadable))
        return states

    def check(self) -> None:
        """Ask every stage for its settings, so that what is missing is reported before anything runs.

        :raises SilvernerError: whatever the source or a stage lacks.
        """
        self.progress("check", 0, 0)
        for name in self._graph.order:
            self._graph.nodes[name].settings()

    def run(self, executor: Executor | None = None) -> None:
        """Run whatever is not finished.

        :param executor: Where stages are applied, in its context; by default in this process. It never changes a
            result.
        :raises SilvernerError: whatever the source or a stage raises; shards finished before stay finished.
        """
        if executor is None:
            with InProcess() as in_process:
                self.run(in_process)
            return
        self._steps_run, self._next_models, self._missing = 0, None, None
        while not self.has_run:
            executor.keep_models(self.next_models())
            if not self.run_next(executor):
                time.sleep(PAUSE)

    @property
    def has_run(self) -> bool:
        """Whether the source and all stages have run."""
        return self._steps_run > len(self._graph.stages)

    def next_models(self) -> frozenset[str]:
        """Name the models that the next step loads, see :func:`~silverner.projection.chain.loaded_models.models_of`.

        :returns: Their names; none for the source, and for a stage that is finished already.
        """
        if self._next_models is None:
            stages = self._graph.stages[max(self._steps_run - 1, 0) : self._steps_run]
            self._next_models = next(map(self._models_left, stages), frozenset())
        return self._next_models

    def coming_models(self) -> frozenset[str]:
        """Name the models of the first step left that loads any; none where no step does."""
        stages = self._graph.stages[max(self._steps_run - 1, 0) :]
        return next(filter(None, map(self._models_left, stages)), frozenset())

    def _models_left(self, stage: Stage) -> frozenset[str]:
        """Name the models that a stage loads; none where it is finished."""
        models = models_of(stage.settings())
        return frozenset() if not models or self._state(stage.name).cached else models

    def run_next(self, executor: Executor) -> bool:
        """Read the source, or run the next stage.

        :param executor: As in :meth:`run`.
        :returns: Whether it is finished. ``False``: another build, which shares the store, is at what is left; the step
            is the next one still.
        :raises SilvernerError: as in :meth:`run`; the step is then the next one still.
        """
        if self._steps_run == 0:
            is_finished = self._ingest()
        else:
            is_finished = self._run_stage(self._graph.stages[self._steps_run - 1], executor)
        if is_finished:
            self._steps_run, self._next_models, self._missing = self._steps_run + 1, None, None
        else:
            self.progress(f"wait for another build: {self._graph.order[self._steps_run]}", 0, 0)
        return is_finished

    @property
    def signatures(self) -> dict[str, str]:
        """Signature of the source and of every stage that has run, in order."""
        computed = self._signatures.computed
        return {name: computed[name] for name in self._graph.order if name in computed}

    def artefact_files(self) -> dict[str, Path]:
        """Return the artefact of every fitted stage that could not be fitted again: name for publishing, and place."""
        files = {}
        for stage in self._graph.stages:
            must_be_kept = isinstance(stage, FittingStage) and not is_repeatable(stage)
            before_fitting = self._signatures.before_fitting(stage.name) if must_be_kept else None
            path = self._artefacts.find(stage, before_fitting) if before_fitting is not None else None
            if before_fitting is not None and path is not None:
                files[artefact_name(stage, before_fitting)] = path
        return files

    @property
    def model_counts(self) -> ModelCounts:
        """The counts that the models of the stages left in the store."""
        return ModelCounts(self._graph, self._signatures, self._artefacts, self._shards)

    def tables(self, columns: Sequence[str], *, step: str | None = None) -> Iterator[pa.Table]:
        """Read the result, shard by shard.

        :param columns: Columns of any stages; :data:`~silverner.projection.chain.stage.DROP` is always
            added: the first reason in stage order, or null.
        :param step: What the result is read for, to show how far that is; ``None`` shows nothing.
        :returns: One table a shard, rows in corpus order.
        """
        for shard in self._shards.numbers:
            yield self._shards.table(shard, columns)
            if step is not None:
                self.progress(step, shard * SHARD_ROWS + self._shards.rows_of(shard), self._shards.rows)

    def _state(self, name: str) -> StageState:
        """Count the shards of a node that are there; whether they are whole is seen when they are read."""
        signature = self._signatures.of(name)
        rows = self._shards.stored_rows()
        shards = None if rows is None else self._shards.count(rows)
        if signature is None or shards is None:
            return StageState(name, signature, 0, shards)
        return StageState(name, signature, self._store.count_shards(name, signature, most=shards), shards)

    def _ingest(self) -> bool:
        """Read the source, unless its shards are there or another build reads it."""
        name = self._source.name
        folder = self._store.folder(name, self._shards.signature_of(name))
        with claimed(folder / "rows", build=self._build) as has_claim:
            if has_claim:
                self._shards.write_source(self._source.rows, lambda rows: self.progress(name, rows, 0))
        return has_claim

    def _run_stage(self, stage: Stage, executor: Executor) -> bool:
        """Fit a stage where it must be, and apply it to the shards that are not finished; tell whether all are."""
        start = time.perf_counter()
        if self._missing is None:
            if isinstance(stage, FittingStage) and not self._fit(stage, executor):
                return False
            self._missing = self._shards.missing(stage.name, self._shards.signature_of(stage.name))
        number = len(self._missing)
        try:
            self._make(self._task(stage), self._missing, stage.name, executor)
        finally:
            release(stage)
            trim_memory()
        if finished := number - len(self._missing):
            seconds = time.perf_counter() - start
            LOG.info("%s%s: %d shards in %.1f s", self._log_name, stage.name, finished, seconds)
        return not self._missing

    def _make(self, task: StageTask, missing: list[int], step: str, executor: Executor) -> None:
        """Make the missing shards of a task, except those that another build is at; what is made is missing no longer.

        :param step: What the progress is shown as.
        """
        rows_of, total = self._shards.rows_of, self._shards.rows
        finished = total - sum(rows_of(shard) for shard in missing)
        progress = StageProgress(finished=finished, tell=lambda count: self.progress(step, count, total))

        def tell(shard: int, share: float) -> None:
            progress.reach(shard, int(share * rows_of(shard)))

        for shard in executor.apply(task, list(missing), tell):
            missing.remove(shard)
            progress.reach(shard, rows_of(shard))

    def _task(self, stage: Stage) -> StageTask:
        """Describe a stage for whoever applies it to shards."""
        inputs = self._shards.columns(stage.inputs, self._graph.ancestors_of(stage.name))
        artefact = None
        if isinstance(stage, FittingStage):
            path = self._artefacts.find(stage, self._signatures.before_fitting(stage.name) or "")
            artefact = None if path is None else str(path.relative_to(self._store.root))
        return StageTask(stage, self._shards.signature_of(stage.name), inputs, self._store, self._build, artefact)

    def _fit(self, stage: Any, executor: Executor) -> bool:
        """Fit a stage, unless its artefact is there or another build fits it; tell whether it is fitted."""
        self._signatures.forget(stage.name)
        before_fitting = self._signatures.before_fitting(stage.name)
        assert before_fitting is not None
        counts = None
        if isinstance(stage, CountingStage) and self._artefacts.find(stage, before_fitting) is None:
            counts = self._count(stage, before_fitting, executor)
            if counts is None:
                return False
        batches = partial(self._batches_to_fit, stage)
        fit = None if counts is None else partial(stage.merge, counts)
        with claimed(self._store.folder(stage.name, before_fitting) / "artefact", build=self._build) as has_claim:
            if has_claim:
                stage.load(self._artefacts.make(stage, before_fitting, batches, fit=fit))
                if counts is not None:
                    self._store.discard_shards(stage.name, before_fitting)
        trim_memory()
        return has_claim

    def _count(self, stage: Any, signature: str, executor: Executor) -> Iterator[pa.Table] | None:
        """Let a stage count in every shard; return the counts, or ``None`` while another build is at some of them."""
        inputs = self._shards.columns(stage.inputs, self._graph.ancestors_of(stage.name))
        missing = self._shards.missing(stage.name, signature)
        task = CountTask(stage, signature, inputs, self._store, self._build)
        self._make(task, missing, f"read for {stage.name}", executor)
        trim_memory()
        self.progress(f"fit {stage.name}", 0, 0)
        paths = (self._store.shard(stage.name, signature, shard) for shard in self._shards.numbers)
        return None if missing else map(self._store.read_shard, paths)

    def _batches_to_fit(self, stage: Stage) -> Iterator[Batch]:
        """Read the input of a fitting stage, all sentences; and show how far it has read, then that it works on."""
        nodes = self._graph.ancestors_of(stage.name)
        for shard in self._shards.numbers:
            self.progress(f"read for {stage.name}", shard * SHARD_ROWS, self._shards.rows)
            yield self._shards.read(shard, stage.inputs, nodes)
        self.progress(f"read for {stage.name}", self._shards.rows, self._shards.rows)
        self.progress(f"fit {stage.name}", 0, 0)
