"""Stores what a stage learns of every sentence, in a table of which each process reads only the rows it needs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from silverner.projection.chain.stage import Batch
from silverner.projection.errors import DataError, EngineError

GROUP_ROWS = 10_000
"""Rows that are written, and read, at once."""


class FittedRows:
    """The artefact of a fitting stage with one row a sentence, as a Parquet file.

    Only the path of the file is sent to the processes that apply the stage. The file grows with the corpus, so none of
    them ever holds all of it.
    """

    def __init__(self, stage: str, content: str, *, columns: Mapping[str, pa.DataType]) -> None:
        """Remember the stage and the columns.

        :param stage: Name of the stage, for messages.
        :param content: What the table holds, for messages.
        :param columns: The columns of the table, and their types.
        """
        self._stage, self._content, self._schema = stage, content, pa.schema(dict(columns))
        self._path: Path | None = None

    def write(self, batches: Iterable[Mapping[str, Any]], path: Path) -> None:
        """Write the rows of all sentences.

        :param batches: The rows in order, in pieces of any size.
        :param path: The file.
        """
        with pq.ParquetWriter(path, self._schema, compression="zstd") as writer:
            for table in _tables(batches, self._schema):
                writer.write_table(table, row_group_size=GROUP_ROWS)

    def load(self, path: Path) -> None:
        """Remember where the table is.

        :param path: The file that :meth:`write` wrote.
        """
        self._path = path

    def take(self, rows: Sequence[int]) -> Batch:
        """Return the rows of some sentences.

        :param rows: The numbers of the sentences; those of one shard lie side by side.
        :returns: The columns.
        :raises EngineError: when the stage has not been fitted.
        :raises DataError: when the file cannot be read, or is no such table.
        """
        if not rows:
            return {name: [] for name in self._schema.names}
        with self._opened() as (path, modified):
            starts = _group_starts(path, modified, self._schema)
            groups = range(bisect_right(starts, min(rows)) - 1, bisect_right(starts, max(rows)))
            table = _read(path, modified, groups)
        columns: Batch = table.take(pa.array([row - starts[groups.start] for row in rows], pa.int64())).to_pydict()
        return columns

    def batches(self) -> Iterator[Batch]:
        """Return the rows of all sentences in order, in pieces.

        :raises EngineError: as :meth:`take` does.
        :raises DataError: as :meth:`take` does.
        """
        with self._opened() as (path, modified):
            groups = len(_group_starts(path, modified, self._schema))
        for group in range(groups):
            with self._opened() as (path, modified):
                table = _read(path, modified, range(group, group + 1))
            yield table.to_pydict()

    @contextmanager
    def _opened(self) -> Iterator[tuple[Path, int]]:
        """Give the path of the file, and the time of its last change, which tells a replaced file apart."""
        if self._path is None:
            raise EngineError(f"the stage {self._stage!r} was applied before it was fitted: it has no {self._content}")
        try:
            yield self._path, self._path.stat().st_mtime_ns
        except (OSError, pa.ArrowException) as error:
            raise DataError(f"the stored {self._content} {self._path} cannot be read ({error})") from error


def _tables(batches: Iterable[Mapping[str, Any]], schema: pa.Schema) -> Iterator[pa.Table]:
    """Join small pieces into tables of :data:`GROUP_ROWS` rows; the last one has what is left."""
    waiting = schema.empty_table()
    for batch in batches:
        waiting = pa.concat_tables([waiting, pa.table(batch, schema=schema)])
        while waiting.num_rows >= GROUP_ROWS:
            yield waiting.slice(0, GROUP_ROWS).combine_chunks()
            waiting = waiting.slice(GROUP_ROWS)
    yield waiting.combine_chunks()


@lru_cache(maxsize=1)  # one stage runs at a time
def _group_starts(path: Path, modified: int, schema: pa.Schema) -> list[int]:
    """Return the first row of every group of rows; ``modified`` tells a replaced file apart."""
    with pq.ParquetFile(path) as file:
        if not file.schema_arrow.equals(schema):
            raise DataError(f"{path} has not the columns {', '.join(schema.names)}")
        sizes = [file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)]
    return list(accumulate(sizes, initial=0))[:-1]


@lru_cache(maxsize=1)  # the next shard often lies in the same groups
def _read(path: Path, modified: int, groups: range) -> pa.Table:
    """Read groups of rows that lie side by side."""
    with pq.ParquetFile(path) as file:
        return file.read_row_groups(list(groups))
