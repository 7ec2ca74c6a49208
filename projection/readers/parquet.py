"""Parquet files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.dataset_rows import sentences_from_dataset
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.sentence import Sentence

_AT_ONCE = 1000
"""Rows that are read at once."""


class ParquetReader(Reader):
    """Reads one Parquet row a sentence."""

    name = "parquet"
    title = "Parquet"
    keys = frozenset({"language"})
    suffixes = (".parquet",)

    def read(self, corpus: CorpusFiles, *, split: str, tagged: bool) -> Iterator[Sentence]:
        """Read one sentence a row."""
        path = Path(corpus.files[split])
        return sentences_from_dataset(_ParquetRows(path), corpus, place=str(path), split=split, tagged=tagged)


class _ParquetRows:
    """The rows of a Parquet file as a dataset has them; the file's own metadata say what its columns are."""

    def __init__(self, path: Path, columns: Sequence[str] | None = None) -> None:
        """Look at the columns.

        :param path: The file.
        :param columns: The columns to read; all if left out.
        """
        import datasets
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._path, self._columns = path, columns
        with _errors_of(path), pq.ParquetFile(path) as file:
            self.features = datasets.Dataset(pa.Table.from_batches([], file.schema_arrow)).features
        self.column_names = list(self.features)

    def select_columns(self, columns: Sequence[str]) -> _ParquetRows:
        """Return the same rows with some columns."""
        return _ParquetRows(self._path, columns)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Read the rows, some thousand at once."""
        import datasets
        import pyarrow as pa
        import pyarrow.parquet as pq

        with _errors_of(self._path), pq.ParquetFile(self._path) as file:
            for batch in file.iter_batches(_AT_ONCE, columns=self._columns):
                yield from datasets.Dataset(pa.Table.from_batches([batch]))


@contextmanager
def _errors_of(path: Path) -> Iterator[None]:
    """Say in words of ours that a file cannot be read."""
    import pyarrow as pa

    try:
        yield
    except OSError as error:
        reason = error.strerror if path.is_file() else "no such file"
        raise MissingFileError(f"cannot read {path}: {reason or error}") from error
    except (pa.ArrowException, ValueError) as error:
        raise DataError(f"{path}: not a Parquet file that can be read: {error}") from error
