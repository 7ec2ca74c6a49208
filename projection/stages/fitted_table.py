"""Stores what a stage learns from the whole corpus, in one table that each process reads once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from silverner.projection.chain.memory import trim_memory
from silverner.projection.errors import DataError, EngineError

T = TypeVar("T")


class FittedTable(Generic[T]):
    """The artefact of a fitting stage, as a Parquet file.

    Only the path of the file is sent to the processes that apply the stage; each reads the file when it first needs it.
    """

    def __init__(
        self, stage: str, content: str, decode: Callable[[pa.Table], T], *, columns: Mapping[str, pa.DataType]
    ) -> None:
        """Remember the stage and the content of the table.

        :param stage: Name of the stage, for messages.
        :param content: What the table holds, for messages.
        :param decode: Turns the table into what the stage looks up; a function of a module, so that it can be pickled.
        :param columns: The columns of the table, and their types.
        """
        self._stage, self._content, self._decode = stage, content, decode
        self._schema = pa.schema(dict(columns))
        self._path: Path | None = None

    def write(self, table: pa.Table, path: Path) -> None:
        """Write the table.

        :param table: The table.
        :param path: The file.
        """
        pq.write_table(table.cast(self._schema), path, compression="zstd")

    def load(self, path: Path) -> None:
        """Remember where the table is.

        :param path: The file that :meth:`write` wrote.
        """
        self._path = path

    def release(self) -> None:
        """Free the memory of the decoded table; it is read again when it is needed."""
        _read.cache_clear()

    def content(self) -> T:
        """Return the decoded table.

        :returns: The result of ``decode``.
        :raises EngineError: when the stage has not been fitted.
        :raises DataError: when the file cannot be read, or is no such table.
        """
        if self._path is None:
            raise EngineError(f"the stage {self._stage!r} was applied before it was fitted: it has no {self._content}")
        try:
            decoded: T = _read(self._path, self._path.stat().st_mtime_ns, self._schema, self._decode)
        except (OSError, pa.ArrowException) as error:
            raise DataError(f"the stored {self._content} {self._path} cannot be read ({error})") from error
        return decoded


@lru_cache(maxsize=1)  # one stage runs at a time
def _read(path: Path, modified: int, schema: pa.Schema, decode: Callable[[pa.Table], Any]) -> Any:
    """Read and decode a table; ``modified``, the time of the file's last change, tells a replaced file apart."""
    table = pq.read_table(path, partitioning=None)
    if not table.schema.equals(schema):
        raise DataError(f"{path} has not the columns {', '.join(schema.names)}")
    content = decode(table)
    del table
    trim_memory()
    return content
