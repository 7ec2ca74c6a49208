"""The rows of a split under check. They are read anew for every check, because a corpus may not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from silverner.dataset_cards.check.finding import Finding
from silverner.dataset_cards.check.folder import CheckedFolder
from silverner.dataset_cards.columns import column_fault, features_of
from silverner.dataset_cards.facts import RowFile
from silverner.dataset_cards.measure import Row
from silverner.projection.errors import DataError

_REQUIRED_COLUMNS = {"id", "tokens", "ner_tags", "entities"}
"""Columns that every check of rows needs."""
AT_ONCE = 1000
"""Rows that are read at once."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file whose columns have no fault.

    :param folder: The folder.
    :param name: Its name in the folder.
    :param tags: The names of its tags.
    """

    folder: CheckedFolder
    name: str
    tags: Sequence[str]

    def rows(self, columns: Sequence[str] | None = None) -> Iterator[Row]:
        """Read its rows.

        :param columns: The columns to read, of those that it has; all if left out.
        """
        with pq.ParquetFile(self.folder.path / self.name) as file:
            present = None if columns is None else [name for name in columns if name in file.schema_arrow.names]
            for batch in file.iter_batches(AT_ONCE, columns=present):
                yield from batch.to_pylist()


SplitRows = Sequence[CheckedFile]
"""The files of a split, in the order of their rows."""


def checked_files(folder: CheckedFolder, code: str, files: Sequence[RowFile], findings: list[Finding]) -> SplitRows:
    """Look at the columns of the files of a split.

    :param folder: The folder.
    :param code: The language.
    :param files: The files.
    :param findings: Takes the faults of columns; what cannot be read at all is reported with the files.
    :returns: The files without a fault.
    """
    checked: list[CheckedFile] = []
    for part in files:
        if not folder.holds(part.file):
            continue
        try:
            fault, tags = _look(folder, part.file)
        except (OSError, pa.ArrowException):
            continue
        if fault is not None:
            findings.append(Finding(kind="columns", file=part.file, says=fault, remedy=folder.rebuild(code)))
        elif tags is not None:
            checked.append(CheckedFile(folder, part.file, tags))
    return checked


def _look(folder: CheckedFolder, name: str) -> tuple[str | None, Sequence[str] | None]:
    """Find the fault of a column, or the names of the tags; neither where columns are missing."""
    with pq.ParquetFile(folder.path / name) as file:
        schema = file.schema_arrow
        if not set(schema.names) >= _REQUIRED_COLUMNS:
            return None, None
        try:
            tags: Sequence[str] = getattr(getattr(features_of(schema).get("ner_tags"), "feature", None), "names", [])
            if (fault := column_fault(schema.empty_table())) is None:
                tables = (pa.Table.from_batches([batch]) for batch in file.iter_batches(AT_ONCE))
                fault = next(filter(None, map(column_fault, tables)), None)
        except DataError as error:
            return str(error), None
    return fault, tags
