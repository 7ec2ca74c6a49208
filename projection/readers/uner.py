"""Universal NER's ``.iob2`` files: word number, token, tag and further columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from silverner.projection.errors import DataError
from silverner.projection.readers.columns import ColumnReader
from silverner.projection.readers.conll import token_rows
from silverner.projection.spans import TAG

_WORD_NUMBER = re.compile(r"\d+\Z")
_SUBTOKEN_NUMBER = re.compile(r"\d+[-.]\d+\Z")
_ANY_NUMBER = re.compile(r"[\d.-]+\Z")


class UnerReader(ColumnReader):
    """Reads lines of 3 to 10 columns, separated by tabs; every line that begins with ``#`` is a comment."""

    name = "uner"
    title = "UNER columns"
    token_column, tag_column = 1, 2
    fewest_columns, most_columns = 3, 10

    def recognises(self, lines: Sequence[str]) -> bool:
        """Look for a number at the beginning of every line, and a tag in its third column."""
        rows = token_rows(lines)
        return bool(rows) and all(
            self.fewest_columns <= len(row) <= self.most_columns
            and _ANY_NUMBER.match(row[0])
            and (TAG.match(row[2]) or row[2] == "_")
            for row in rows
        )

    def is_comment(self, line: str, columns: Sequence[str], *, width: int) -> bool:
        """Take every line that begins with ``#`` for a comment."""
        return line.startswith("#")

    def is_skipped(self, columns: Sequence[str]) -> bool:
        """Skip multiword tokens (``1-2``) and empty nodes (``1.1``)."""
        return bool(_SUBTOKEN_NUMBER.match(columns[0]))

    def check_row(self, columns: Sequence[str], where: str) -> None:
        """Refuse a first column that is no word number."""
        if not _WORD_NUMBER.match(columns[0]):
            raise DataError(f"{where}: {columns[0]!r} is not a word number; is this a UNER file?")
