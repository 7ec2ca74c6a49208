"""The task of a worker: a stage, and the names of the shards it reads and writes.

A shard is handed over by its number. Whoever has the task reads the input from the store and writes the output there,
so that no sentence travels between processes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from silverner.projection.chain.claims import claimed
from silverner.projection.chain.reports import HALVED_BATCH, counting_events
from silverner.projection.chain.stage import DROP, Batch, Stage
from silverner.projection.chain.store import ShardStore
from silverner.projection.errors import EngineError, OutputError

HALVED = b"halved_batches"
"""The key of the metadata of a shard that counts the batches which did not fit into memory, where there are any."""
REJECTED = b"rejected_answers"
"""The key of the metadata of a shard that counts rejected answers by kind, as JSON, where there are any."""


@dataclass(frozen=True, slots=True)
class StoredColumns:
    """Columns that the shards of one node have.

    :param node: Name of the source or the stage that added them.
    :param signature: Its signature.
    :param columns: The columns wanted; the reasons to drop sentences are always read too.
    """

    node: str
    signature: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StageTask:
    """Applies a stage to shards of a store.

    :param stage: The stage.
    :param signature: Its signature, which names the shards it writes.
    :param inputs: The columns it reads, and all nodes before it, because each may drop sentences.
    :param store: The store.
    :param build: The build, as :func:`~silverner.projection.chain.claims.new_build` names it.
    :param artefact: Name of the artefact of a fitting stage, below the local folder of the store.
    """

    stage: Stage
    signature: str
    inputs: tuple[StoredColumns, ...]
    store: ShardStore
    build: str
    artefact: str | None = None

    def bring_artefact(self) -> None:
        """Let the stage use its artefact at the place where it is on this machine.

        :raises OutputError: when the store does not have it any more.
        """
        if self.artefact is not None:
            path = self.store.root / self.artefact
            if not self.store.has_artefact(path):
                raise OutputError(
                    f"the store {self.store} has no {self.artefact} any more; run again: it is made again"
                )
            fitting: Any = self.stage
            fitting.load(path)

    def run(self, shard: int) -> bool:
        """Make a shard, unless another build that shares the store is at it.

        :param shard: Number of the shard.
        :returns: Whether its output is in the store.
        :raises EngineError: when the stage returns the wrong number of sentences.
        :raises SilvernerError: whatever the stage raises, or the store.
        """
        path = self.store.shard(self.stage.name, self.signature, shard)
        with claimed(path, build=self.build) as has_claim:
            if has_claim and not self.store.has_shard(path):  # another build may have made it a moment ago
                self.store.write_shard(path, self._output(shard))
        return has_claim

    def _output(self, shard: int) -> pa.Table:
        """Read a shard, and apply the stage to the sentences that no stage before dropped."""
        batch = read_columns(self.store, shard, self.inputs)
        live = [reason is None for reason in batch.pop(DROP)]
        batch = {name: [v for v, ok in zip(column, live, strict=True) if ok] for name, column in batch.items()}
        with counting_events() as events:
            output = self._apply(batch, live)
        types = {**self.stage.outputs, DROP: pa.string()}
        table = pa.table({name: pa.array(output[name], kind) for name, kind in types.items()})
        counts = {HALVED: events.pop(HALVED_BATCH, 0), REJECTED: dict(sorted(events.items()))}
        metadata = {key: json.dumps(count) for key, count in counts.items() if count}
        return table.replace_schema_metadata(metadata) if metadata else table

    def _apply(self, batch: Batch, live: list[bool]) -> Batch:
        """Apply the stage to live sentences, and put ``None`` in the places of the others."""
        stage, count = self.stage, sum(live)
        output = stage.apply(batch) if count else {name: [] for name in stage.outputs}
        output.setdefault(DROP, [None] * count)
        for name in (*stage.outputs, DROP):
            if len(output.get(name, [])) != count:
                raise EngineError(
                    f"the stage {stage.name!r} returned {len(output.get(name, []))} {name!r} for {count} sentences"
                )
        spread: Mapping[str, Iterator[Any]] = {name: iter(column) for name, column in output.items()}
        return {name: [next(values) if ok else None for ok in live] for name, values in spread.items()}


@dataclass(frozen=True, slots=True)
class CountTask(StageTask):
    """Lets a :class:`~silverner.projection.chain.stage.CountingStage` count in shards of a store.

    ``signature`` is that of the stage before fitting, which names the counts.
    """

    stage: Any

    def _output(self, shard: int) -> pa.Table:
        """Read a shard with all its sentences, and count in it."""
        counts: pa.Table = self.stage.count(read_columns(self.store, shard, self.inputs))
        return counts


def read_table(store: ShardStore, shard: int, nodes: Sequence[StoredColumns]) -> pa.Table:
    """Read columns of one shard, and the first reason to drop each sentence.

    :param store: The store.
    :param shard: Number of the shard.
    :param nodes: The nodes in order, with their columns.
    :returns: The columns, and :data:`~silverner.projection.chain.stage.DROP`.
    :raises OutputError: when a shard is damaged.
    """
    columns: dict[str, pa.ChunkedArray] = {}
    reasons: list[pa.ChunkedArray] = []
    paths = [store.shard(node.node, node.signature, shard) for node in nodes]
    tables = store.read_shards(paths, [[*node.columns, DROP] for node in nodes])
    for node, table in zip(nodes, tables, strict=True):
        reasons.append(table.column(DROP))
        columns.update({column: table.column(column) for column in node.columns})
    return pa.table({**columns, DROP: pc.coalesce(*reasons)})


def read_columns(store: ShardStore, shard: int, nodes: Sequence[StoredColumns]) -> Batch:
    """Read columns of one shard as a stage takes them, see :func:`read_table`."""
    batch: Batch = read_table(store, shard, nodes).to_pydict()
    return batch
