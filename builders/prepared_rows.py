"""The rows of a language before they are published: in Arrow files that the library wrote, each of bounded size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import datasets
import datasets.exceptions
import pyarrow as pa
import pyarrow.compute as pc
from datasets.naming import filenames_for_dataset_split

from silverner.builders.methods.base import SilverBuilder
from silverner.projection.errors import SilvernerError

LARGEST_PART = 200_000_000
"""Bytes in memory of the rows in one file. The file is smaller, because it is compressed.

The library maps the rows of a file into memory to write it, so a build holds this much beside what it learned."""


@dataclass(frozen=True, slots=True)
class PreparedSplit:
    """The rows of a split. They are read from the files whenever they are asked for, and never held together.

    :param files: The Arrow files.
    :param info: What the library knows of the rows.
    """

    files: Sequence[Path]
    info: datasets.DatasetInfo

    def parts(self) -> Iterator[datasets.Dataset]:
        """Open the files one after the other; rows that were read of a file count as memory while it is open."""
        for file in self.files:
            yield datasets.Dataset.from_file(str(file), info=self.info)

    def rows(self, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Read the rows one after the other.

        :param columns: The columns to read.
        """
        for file in self.files:
            with pa.OSFile(str(file)) as stream, pa.ipc.open_stream(stream) as reader:
                for batch in reader:
                    yield from batch.select(list(columns)).to_pylist()

    def row(self, name: str) -> dict[str, Any]:
        """Read one row with all its columns.

        :param name: Its id.
        """
        for file in self.files:
            with pa.OSFile(str(file)) as stream, pa.ipc.open_stream(stream) as reader:
                for batch in reader:
                    if (place := pc.index(batch["id"], name).as_py()) >= 0:
                        return dict(batch.slice(place, 1).to_pylist()[0])
        raise KeyError(name)


def prepare(builder: SilverBuilder) -> dict[str, PreparedSplit]:
    """Let the library write its Arrow files, and unwrap what went wrong in our own generator.

    :param builder: The builder of a language whose chain has run.
    :returns: The rows of every split.
    :raises SilvernerError: whatever went wrong in the chain.
    """
    try:
        builder.download_and_prepare(max_shard_size=LARGEST_PART)
    except datasets.exceptions.DatasetGenerationError as error:
        cause = error.__cause__
        if isinstance(cause, SilvernerError | OSError):
            raise cause from error
        raise
    return {
        str(name): PreparedSplit([Path(file) for file in _files(builder, str(name), split)], builder.info)
        for name, split in builder.info.splits.items()
    }


def _files(builder: SilverBuilder, name: str, split: datasets.SplitInfo) -> list[str]:
    """Name the files of a split, as the library does."""
    files: list[str] = filenames_for_dataset_split(
        builder.cache_dir, builder.dataset_name, name, filetype_suffix="arrow", shard_lengths=split.shard_lengths
    )
    return files
