"""The shards of a corpus: which of them the store holds, and which columns of which stage they have."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa

from silverner.projection.chain.graph import StageGraph
from silverner.projection.chain.signatures import Signatures
from silverner.projection.chain.stage import DROP, Batch
from silverner.projection.chain.stage_task import StoredColumns, read_columns, read_table
from silverner.projection.chain.store import ShardStore


class CorpusShards:
    """The shards of a chain. Their number is that of its source."""

    def __init__(self, graph: StageGraph, signatures: Signatures, store: ShardStore, *, shard_rows: int) -> None:
        """Look at nothing yet.

        :param graph: The source and the stages.
        :param signatures: Their signatures.
        :param store: Where the shards are.
        :param shard_rows: Sentences in a shard.
        """
        self._graph, self._signatures, self.store = graph, signatures, store
        self._shard_rows = shard_rows
        self._row_count: int | None = None

    def stored_rows(self) -> int | None:
        """Return the number of sentences; ``None`` where the source has not been read."""
        source = self._graph.order[0]
        return self.store.rows(source, self._signatures.of(source) or "")

    @property
    def rows(self) -> int:
        """The number of sentences of a source that was read; the store is asked once."""
        if self._row_count is None:
            self._row_count = self.stored_rows()
            assert self._row_count is not None
        return self._row_count

    @property
    def numbers(self) -> range:
        """The numbers of the shards."""
        return range(self.count(self.rows))

    def count(self, rows: int) -> int:
        """Count the shards of a number of sentences."""
        return -(-rows // self._shard_rows)

    def rows_of(self, shard: int) -> int:
        """Return the number of sentences of a shard."""
        return min(self._shard_rows, self.rows - shard * self._shard_rows)

    def signature_of(self, name: str) -> str:
        """Return the signature of a node that runs, so that everything before it has run."""
        signature = self._signatures.of(name)
        assert signature is not None
        return signature

    def missing(self, name: str, signature: str) -> list[int]:
        """List the shards of a node that are not there or damaged."""
        whole = self.store.whole_shards(name, signature, most=len(self.numbers))
        return [shard for shard in self.numbers if shard not in whole]

    def columns(self, columns: Sequence[str], nodes: Sequence[str]) -> tuple[StoredColumns, ...]:
        """Say which nodes have which of some columns; the nodes without any may have dropped sentences."""
        outputs = {name: self._graph.nodes[name].outputs for name in nodes}
        return tuple(
            StoredColumns(name, self.signature_of(name), tuple(c for c in columns if c in outputs[name]))
            for name in nodes
        )

    def read(self, shard: int, columns: Sequence[str], nodes: Sequence[str]) -> Batch:
        """Read columns of some nodes, and the first reason to drop each sentence."""
        return read_columns(self.store, shard, self.columns(columns, nodes))

    def counted(self, name: str, key: bytes) -> list[Any]:
        """Return what the shards of a stage that has run counted under a key of their metadata, if they counted any."""
        signature = self.signature_of(name)
        paths = [self.store.shard(name, signature, shard) for shard in self.numbers]
        counts = (table.schema.metadata or {} for table in self.store.read_shards(paths, [[DROP]] * len(paths)))
        return [json.loads(metadata[key]) for metadata in counts if key in metadata]

    def table(self, shard: int, columns: Sequence[str]) -> pa.Table:
        """Read columns of any nodes, and the first reason to drop each sentence, as a table with the declared types."""
        types = {**self._graph.column_types(), DROP: pa.string()}
        schema = pa.schema({name: types[name] for name in (*columns, DROP)})
        table = read_table(self.store, shard, self.columns(columns, self._graph.order))
        return table.select(schema.names).cast(schema)

    def write_source(self, rows: Callable[[], Iterable[Mapping[str, Any]]], tell: Callable[[int], None]) -> None:
        """Write the rows of the source as shards, unless they are there; only missing and damaged ones are written.

        :param rows: Reads the rows.
        :param tell: Takes the number of rows that were read.
        """
        source = self._graph.order[0]
        signature = self.signature_of(source)
        stored = self.stored_rows()
        expected = 0 if stored is None else self.count(stored)
        whole = self.store.whole_shards(source, signature, most=expected)
        if stored is not None and len(whole) == expected:
            return
        total = 0
        schema = pa.schema({**self._graph.nodes[source].outputs, DROP: pa.string()})
        for shard, chunk in enumerate(_chunks(rows(), self._shard_rows)):
            if shard not in whole:
                table = pa.Table.from_pylist([{DROP: None, **row} for row in chunk], schema=schema)
                self.store.write_shard(self.store.shard(source, signature, shard), table)
            total += len(chunk)
            tell(total)
        self.store.write_rows(source, signature, total)
        self._row_count = total


def _chunks(rows: Iterable[Mapping[str, Any]], size: int) -> Iterator[list[Mapping[str, Any]]]:
    """Divide rows into shards."""
    remaining = iter(rows)
    while chunk := list(islice(remaining, size)):
        yield chunk
