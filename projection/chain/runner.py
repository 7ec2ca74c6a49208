"""The runner of a chain: it goes stage by stage and shard by shard, and computes only what the store does not hold."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from silverner.projection.chain.executors import Executor, executor_for
from silverner.projection.chain.graph import StageGraph
from silverner.projection.chain.signatures import Signatures
from silverner.projection.chain.stage import DROP, Batch, FittingStage, SentenceSource, Stage, release
from silverner.projection.chain.store import ShardStore, copy_atomically, write_atomically
from silverner.projection.errors import MissingEngineError, MissingFileError

LOG = logging.getLogger("silverner")
SHARD_ROWS = 1000
"""Sentences a shard. Batches are composed inside a shard, so this never depends on the machine."""

Progress = Callable[[str, int, int], None]
"""Takes the name of the stage, the number of finished sentences, and the number of all sentences."""


@dataclass(frozen=True, slots=True)
class StageState:
    """How much of a stage is finished.

    ``signature`` is ``None`` while a stage before it must still be fitted, or lacks something. ``missing`` says what
    the stage itself lacks.
    """

    name: str
    signature: str | None
    shards_done: int = 0
    shards: int | None = None
    missing: str | None = None

    @property
    def cached(self) -> bool:
        """Whether all shards are finished."""
        return self.shards is not None and self.shards_done == self.shards


class Chain:
    """A source and the stages that follow it."""

    def __init__(
        self,
        source: SentenceSource,
        stages: Sequence[Stage],
        store: ShardStore,
        *,
        artefacts: Path | None = None,
        workers: int = 1,
        progress: Progress | None = None,
    ) -> None:
        """Order the stages by the columns they need.

        :param source: Where sentences come from.
        :param stages: The stages, in any order.
        :param store: Where finished shards are.
        :param artefacts: A folder of artefacts made earlier (``<stage>-<signature>.*``), used instead of fitting again.
        :param workers: Processes to apply stages with; never changes a result.
        :param progress: Called whenever sentences are finished.
        :raises UsageError: when two stages add one column, one needs a column nobody adds, or they need each other.
        """
        self._source, self._store, self._artefacts = source, store, artefacts
        self._workers, self._progress = workers, progress or (lambda stage, finished, total: None)
        self._graph = StageGraph(source, stages)
        self._signatures = Signatures(self._graph, store, shard_rows=SHARD_ROWS)
        self._facts: dict[str, Any] | None = None

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
                states.append(StageState(name, None, missing=str(error)))
        return states

    def check(self) -> None:
        """Ask every stage for its settings, so that what is missing is reported before anything runs.

        :raises SilvernerError: whatever the source or a stage lacks.
        """
        for name in self._graph.order:
            self._graph.nodes[name].settings()

    def run(self) -> None:
        """Run whatever is not finished.

        :raises SilvernerError: whatever the source or a stage raises; shards finished before stay finished.
        """
        self._ingest()
        with executor_for(self._workers) as executor:
            for stage in self._graph.stages:
                self._run_stage(stage, executor)

    @property
    def signatures(self) -> dict[str, str]:
        """Signature of the source and of every stage that has run, in order."""
        return dict(self._signatures.computed)

    def artefact_files(self) -> dict[str, Path]:
        """Return the artefact of every fitted stage that could not be fitted again: name for publishing, and place."""
        artefacts = {}
        for stage in self._graph.stages:
            must_be_kept = isinstance(stage, FittingStage) and not getattr(stage, "repeatable", False)
            before_fitting = self._signatures.before_fitting(stage.name) if must_be_kept else None
            if before_fitting is not None:
                place = self._signatures.artefact(stage.name, before_fitting)
                artefacts[f"{stage.name}-{before_fitting}.artefact"] = place
        return artefacts

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Read the result, shard by shard.

        :param columns: Columns of any stages; :data:`DROP` is always added: the first reason in stage order, or null.
        :returns: One table a shard, rows in corpus order.
        """
        for shard in range(self._shards()):
            batch = self._read_columns(shard, columns, self._graph.order)
            types = {**self._graph.column_types(), DROP: pa.string()}
            yield pa.table({name: pa.array(batch[name], types[name]) for name in (*columns, DROP)})

    def _state(self, name: str) -> StageState:
        """Count the shards of a node that are finished."""
        signature = self._signatures.of(name)
        facts = self._store.facts(self._source.name, self._signatures.of(self._source.name) or "")
        shards = None if facts is None else int(facts["shards"])
        finished = 0
        if signature is not None and shards is not None:
            finished = sum(self._store.shard(name, signature, k).is_file() for k in range(shards))
        return StageState(name, signature, finished, shards)

    # -- running -----------------------------------------------------------------------------------------------------

    def _shards(self) -> int:
        return self._count("shards")

    @property
    def _rows(self) -> int:
        return self._count("rows")

    def _count(self, what: str) -> int:
        """Look up a count of the ingested source; its facts are read once."""
        if self._facts is None:
            self._facts = self._store.facts(self._source.name, self._signature_of(self._source.name))
            assert self._facts is not None
        return int(self._facts[what])

    def _ingest(self) -> None:
        """Write the source's rows as shards, unless they are there."""
        name = self._source.name
        signature = self._signature_of(name)
        if self._store.facts(name, signature) is not None:
            return
        rows, total, shards = iter(self._source.rows()), 0, 0
        schema = pa.schema({**self._source.outputs, DROP: pa.string()})
        while chunk := list(islice(rows, SHARD_ROWS)):
            table = pa.Table.from_pylist([{DROP: None, **row} for row in chunk], schema=schema)
            self._store.write_shard(self._store.shard(name, signature, shards), table)
            total, shards = total + len(chunk), shards + 1
            self._progress(name, total, total)
        self._store.write_facts(name, signature, {"rows": total, "shards": shards})

    def _run_stage(self, stage: Stage, executor: Executor) -> None:
        """Fit a stage where it must be, and apply it to the shards that are not finished."""
        start = time.perf_counter()
        if isinstance(stage, FittingStage):
            self._progress(stage.name, 0, self._rows)
            self._fit(stage)
        signature = self._signature_of(stage.name)
        missing = [k for k in range(self._shards()) if not self._store.shard(stage.name, signature, k).is_file()]
        finished_rows = self._rows - sum(self._shard_rows(k) for k in missing)
        self._progress(stage.name, finished_rows, self._rows)
        for shard, output in executor.apply(stage, missing, lambda k: self._input_of(stage, k)):
            self._write_output(stage, shard, signature, output)
            finished_rows += self._shard_rows(shard)
            self._progress(stage.name, finished_rows, self._rows)
        if missing:
            LOG.info("%s: %d shards in %.1f s", stage.name, len(missing), time.perf_counter() - start)
        release(stage)  # the next stage may need the memory for a model of its own

    def _signature_of(self, name: str) -> str:
        """Return the signature of a node that runs, so that everything before it has run."""
        signature = self._signatures.of(name)
        assert signature is not None
        return signature

    def _shard_rows(self, shard: int) -> int:
        return min(SHARD_ROWS, self._rows - shard * SHARD_ROWS)

    def _fit(self, stage: Any) -> None:
        """Fit a stage unless its artefact is stored, here or in the folder of earlier artefacts."""
        before_fitting = self._signatures.before_fitting(stage.name)
        assert before_fitting is not None
        path = self._signatures.artefact(stage.name, before_fitting)
        earlier = self._artefacts / f"{stage.name}-{before_fitting}.artefact" if self._artefacts else None
        if not path.is_file():
            if earlier is not None and earlier.is_file():
                copy_atomically(earlier, path, keep=True)
            else:
                nodes = self._graph.ancestors_of(stage.name)
                batches = (self._read_columns(k, stage.inputs, nodes) for k in range(self._shards()))
                write_atomically(path, lambda temporary: stage.fit(batches, temporary), keep=True)
        stage.load(path)

    def _write_output(self, stage: Stage, shard: int, signature: str, output: Batch) -> None:
        types = {**stage.outputs, DROP: pa.string()}
        table = pa.table({name: pa.array(output[name], kind) for name, kind in types.items()})
        self._store.write_shard(self._store.shard(stage.name, signature, shard), table)

    def _input_of(self, stage: Stage, shard: int) -> tuple[Batch, list[bool]]:
        """Read a stage's input for the sentences that no stage before dropped; and which sentences these are."""
        batch = self._read_columns(shard, stage.inputs, self._graph.ancestors_of(stage.name))
        live = [reason is None for reason in batch.pop(DROP)]
        return {name: [v for v, ok in zip(column, live, strict=True) if ok] for name, column in batch.items()}, live

    def _read_columns(self, shard: int, columns: Sequence[str], nodes: Sequence[str]) -> Batch:
        """Read columns of one shard from the stages that added them, and the first reason to drop each sentence."""
        batch: Batch = {}
        reasons: list[list[str | None]] = []
        for name in nodes:
            own_columns = [c for c in columns if c in self._graph.nodes[name].outputs]
            path = self._store.shard(name, self._signature_of(name), shard)
            table = self._store.read_shard(path, [*own_columns, DROP])
            reasons.append(table.column(DROP).to_pylist())
            batch.update({c: table.column(c).to_pylist() for c in own_columns})
        batch[DROP] = [next((r for r in row if r is not None), None) for row in zip(*reasons, strict=True)]
        return batch
