"""Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.dataset_rows import sentences_from_dataset
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.sentence import Sentence


class ParquetReader(Reader):
    """Reads one Parquet row a sentence."""

    name = "parquet"
    title = "Parquet"
    keys = frozenset({"language"})
    suffixes = (".parquet",)

    def read(self, corpus: CorpusFiles, *, split: str, tagged: bool) -> Iterator[Sentence]:
        """Read one sentence a row."""
        path = Path(corpus.files[split])
        return sentences_from_dataset(_open(path), corpus, place=str(path), split=split, tagged=tagged)


def _open(path: Path) -> Any:
    """Open a Parquet file as a dataset; the file's own metadata say what its columns are."""
    import datasets
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return datasets.Dataset(pq.read_table(path))
    except OSError as error:
        reason = error.strerror if path.is_file() else "no such file"
        raise MissingFileError(f"cannot read {path}: {reason or error}") from error
    except (pa.ArrowException, ValueError) as error:
        raise DataError(f"{path}: not a Parquet file that can be read: {error}") from error
