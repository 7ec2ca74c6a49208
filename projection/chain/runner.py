"""Running a chain: stage by stage, shard by shard, doing only what the store does not hold."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, cast

import networkx as nx
import pyarrow as pa

from silverner.projection.chain.executors import Workers
from silverner.projection.chain.stage import DROP, Batch, FittingStage, SentenceSource, Stage, release, signature
from silverner.projection.chain.store import ShardStore, copy_atomically, file_hash, write_atomically
from silverner.projection.errors import MissingEngineError, MissingFileError, UsageError

LOG = logging.getLogger("silverner")
SHARD_ROWS = 1000
"""Sentences a shard. Batches are composed inside a shard, so this never depends on the machine."""

Progress = Callable[[str, int, int], None]
"""Told the stage, sentences done, and sentences in all."""


@dataclass(frozen=True, slots=True)
class StageState:
    """What a plan says of a stage.

    ``signature`` is ``None`` while something before it must still be fitted, or is missing; ``missing`` says what the
    stage itself lacks.
    """

    name: str
    signature: str | None
    shards_done: int = 0
    shards: int | None = None
    missing: str | None = None

    @property
    def cached(self) -> bool:
        """Whether nothing is left to do."""
        return self.shards is not None and self.shards_done == self.shards


class Chain:
    """A source and the stages behind it."""

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
        """Order the stages by what they need.

        :param source: Where sentences come from.
        :param stages: The stages, in any order.
        :param store: Where finished work lies.
        :param artefacts: A folder of artefacts made earlier (``<stage>-<signature>.*``), used instead of fitting again.
        :param workers: Processes to apply stages with; never changes a result.
        :param progress: Called as work gets done.
        :raises UsageError: when two stages add one column, one needs a column nobody adds, or they need each other.
        """
        self._source, self._store, self._artefacts = source, store, artefacts
        self._workers, self._progress = workers, progress or (lambda stage, done, total: None)
        self._graph = _graph(source, stages)
        nodes: list[SentenceSource | Stage] = [source, *stages]
        self._node = {node.name: node for node in nodes}
        order = [name for name in nx.lexicographical_topological_sort(self._graph) if name != source.name]
        self._stages = [cast("Stage", self._node[name]) for name in order]
        self._order = [source.name, *order]
        self._signatures: dict[str, str] = {}
        self._facts: dict[str, Any] | None = None

    def plan(self) -> list[StageState]:
        """Say what is done already and what is to do, without doing it.

        :returns: The source and the stages in order.
        """
        states: list[StageState] = []
        failed: set[str] = set()
        for name in self._order:
            behind = bool(failed & nx.ancestors(self._graph, name))
            try:
                self._node[name].settings()
                states.append(StageState(name, None) if behind else self._state(self._node[name]))
            except (MissingEngineError, MissingFileError) as error:
                failed.add(name)
                states.append(StageState(name, None, missing=str(error)))
        return states

    def check(self) -> None:
        """Ask every stage for its settings, so that what is missing is missed before any work is done.

        :raises SilvernerError: whatever the source or a stage lacks.
        """
        for name in self._order:
            self._node[name].settings()

    def run(self) -> None:
        """Do what is not done.

        :raises SilvernerError: whatever the source or a stage raises; shards finished before stay finished.
        """
        self._ingest()
        with Workers(self._workers) as workers:
            for stage in self._stages:
                self._run_stage(stage, workers)

    @property
    def signatures(self) -> dict[str, str]:
        """Signature of the source and of every stage that has run, in order."""
        return dict(self._signatures)

    def artefact_files(self) -> dict[str, Path]:
        """Return the artefact of every fitted stage that could not be fitted again: name for publishing, and place."""
        found = {}
        for stage in self._stages:
            fitted = isinstance(stage, FittingStage) and not getattr(stage, "repeatable", False)
            base = self._base(stage) if fitted else None
            if base is not None:
                found[f"{stage.name}-{base}.artefact"] = self._artefact(stage.name, base)
        return found

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Read the result, shard by shard.

        :param columns: Columns of any stages; :data:`DROP` is always added: the first reason in stage order, or null.
        :returns: One table a shard, rows in corpus order.
        """
        for shard in range(self._shards()):
            batch = self._gather(shard, columns, self._order)
            types = {**self._column_types(), DROP: pa.string()}
            yield pa.table({name: pa.array(batch[name], types[name]) for name in (*columns, DROP)})

    # -- signatures --------------------------------------------------------------------------------------------------

    def _base(self, node: SentenceSource | Stage) -> str | None:
        """Sign a node without its artefact; ``None`` while an input has no signature yet."""
        inputs = sorted(self._graph.predecessors(node.name))
        known = {name: self._signature(name) for name in inputs}
        if None in known.values():
            return None
        return signature(
            {
                "stage": node.name,
                "version": node.version,
                "settings": node.settings(),
                "reads": list(getattr(node, "inputs", ())),
                "writes": sorted(node.outputs),
                "inputs": known,
                "rows": SHARD_ROWS,
            }
        )

    def _signature(self, name: str) -> str | None:
        """Sign a node, artefact included; ``None`` while it has none."""
        if name not in self._signatures:
            node = self._node[name]
            signed = self._base(node)
            if signed is not None and isinstance(node, FittingStage):
                artefact = self._artefact(name, signed)
                signed = signature([signed, file_hash(artefact)]) if artefact.is_file() else None
            if signed is None:
                return None
            self._signatures[name] = signed
        return self._signatures[name]

    def _artefact(self, stage: str, base: str) -> Path:
        return self._store.folder(stage, base) / "artefact"

    def _state(self, node: SentenceSource | Stage) -> StageState:
        signed = self._signature(node.name)
        facts = self._store.facts(self._source.name, self._signature(self._source.name) or "")
        shards = None if facts is None else int(facts["shards"])
        done = 0
        if signed is not None and shards is not None:
            done = sum(self._store.shard(node.name, signed, k).is_file() for k in range(shards))
        return StageState(node.name, signed, done, shards)

    # -- running -----------------------------------------------------------------------------------------------------

    def _shards(self) -> int:
        return self._count("shards")

    @property
    def _rows(self) -> int:
        return self._count("rows")

    def _count(self, what: str) -> int:
        """Look up a count of the ingested source; its facts are read once."""
        if self._facts is None:
            self._facts = self._store.facts(self._source.name, self._signatures[self._source.name])
            assert self._facts is not None
        return int(self._facts[what])

    def _ingest(self) -> None:
        """Write the source's rows as shards, unless they are there."""
        name = self._source.name
        signed = self._signature(name)
        assert signed is not None
        if self._store.facts(name, signed) is not None:
            return
        rows, total, shards = iter(self._source.rows()), 0, 0
        schema = pa.schema({**self._source.outputs, DROP: pa.string()})
        while chunk := list(islice(rows, SHARD_ROWS)):
            table = pa.Table.from_pylist([{DROP: None, **row} for row in chunk], schema=schema)
            self._store.write_shard(self._store.shard(name, signed, shards), table)
            total, shards = total + len(chunk), shards + 1
            self._progress(name, total, total)
        self._store.write_facts(name, signed, {"rows": total, "shards": shards})

    def _run_stage(self, stage: Stage, workers: Workers) -> None:
        begun = time.perf_counter()
        if isinstance(stage, FittingStage):
            base = self._base(stage)
            assert base is not None
            self._progress(stage.name, 0, self._rows)
            self._fit(stage, base)
        signed = self._signature(stage.name)
        assert signed is not None
        todo = [k for k in range(self._shards()) if not self._store.shard(stage.name, signed, k).is_file()]
        done = self._rows - sum(self._shard_rows(k) for k in todo)
        self._progress(stage.name, done, self._rows)
        for shard, output in workers.apply(stage, todo, lambda k: self._live(stage, k)):
            self._finish(stage, shard, signed, output)
            done += self._shard_rows(shard)
            self._progress(stage.name, done, self._rows)
        if todo:
            LOG.info("%s: %d shards in %.1f s", stage.name, len(todo), time.perf_counter() - begun)
        release(stage)  # the next stage may need the memory for a model of its own

    def _shard_rows(self, shard: int) -> int:
        return min(SHARD_ROWS, self._rows - shard * SHARD_ROWS)

    def _fit(self, stage: Any, base: str) -> None:
        """Fit a stage unless its artefact is stored, here or in the folder of earlier artefacts."""
        path = self._artefact(stage.name, base)
        earlier = self._artefacts / f"{stage.name}-{base}.artefact" if self._artefacts else None
        if not path.is_file():
            if earlier is not None and earlier.is_file():
                copy_atomically(earlier, path, keep=True)
            else:
                batches = (self._gather(k, stage.inputs, self._before(stage)) for k in range(self._shards()))
                write_atomically(path, lambda temporary: stage.fit(batches, temporary), keep=True)
        stage.load(path)

    def _finish(self, stage: Stage, shard: int, signed: str, output: Batch) -> None:
        types = {**stage.outputs, DROP: pa.string()}
        table = pa.table({name: pa.array(output[name], kind) for name, kind in types.items()})
        self._store.write_shard(self._store.shard(stage.name, signed, shard), table)

    def _live(self, stage: Stage, shard: int) -> tuple[Batch, list[bool]]:
        """Gather a stage's input for the sentences nobody before it dropped; and which these are."""
        batch = self._gather(shard, stage.inputs, self._before(stage))
        live = [reason is None for reason in batch.pop(DROP)]
        return {name: [v for v, ok in zip(column, live, strict=True) if ok] for name, column in batch.items()}, live

    def _before(self, stage: Stage) -> list[str]:
        """Name the nodes a stage depends on, in order."""
        ancestors = nx.ancestors(self._graph, stage.name)
        return [name for name in self._order if name in ancestors]

    def _gather(self, shard: int, columns: Sequence[str], nodes: Sequence[str]) -> Batch:
        """Read columns of one shard from whichever stages added them, and the first reason to drop each sentence."""
        batch: Batch = {}
        drops: list[list[str | None]] = []
        for name in nodes:
            wanted = [c for c in columns if c in self._node[name].outputs]
            path = self._store.shard(name, self._signatures[name], shard)
            table = self._store.read_shard(path, [*wanted, DROP])
            drops.append(table.column(DROP).to_pylist())
            batch.update({c: table.column(c).to_pylist() for c in wanted})
        batch[DROP] = [next((r for r in reasons if r is not None), None) for reasons in zip(*drops, strict=True)]
        return batch

    def _column_types(self) -> dict[str, pa.DataType]:
        return {c: t for node in self._node.values() for c, t in node.outputs.items()}


def _graph(source: SentenceSource, stages: Sequence[Stage]) -> nx.DiGraph:
    """Connect every stage with the stages that add its inputs."""
    graph: nx.DiGraph = nx.DiGraph()
    owner: dict[str, str] = {}
    nodes: list[SentenceSource | Stage] = [source, *stages]
    for node in nodes:
        if node.name in graph:
            raise UsageError(f"two stages are called {node.name!r}")
        graph.add_node(node.name)
        for column in node.outputs:
            if column in owner:
                raise UsageError(f"the stages {owner[column]!r} and {node.name!r} both add the column {column!r}")
            owner[column] = node.name
    for stage in stages:
        for column in stage.inputs:
            if column not in owner:
                raise UsageError(f"the stage {stage.name!r} needs the column {column!r}, which no stage adds")
            graph.add_edge(owner[column], stage.name)
    if not nx.is_directed_acyclic_graph(graph):
        circle = " -> ".join(edge[0] for edge in nx.find_cycle(graph))
        raise UsageError(f"these stages need each other: {circle}")
    return graph
