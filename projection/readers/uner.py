"""Universal NER's ``.iob2`` files: word number, token, tag and further columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from silverner.projection.errors import DataError
from silverner.projection.readers.columns import ColumnReader
from silverner.projection.readers.conll import token_lines
from silverner.projection.readers.layout import Layout, Likeness, NumberedLines
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

    looks = "begin with a number and have a tag in the third column"

    def likeness(self, lines: NumberedLines) -> Likeness:
        """Look for a number at the beginning of lines, and a tag in their third column."""
        rows = Layout(token_lines(lines)).rows
        return Likeness(len(rows), [number for number, columns in rows if not self._is_row(columns)])

    def _is_row(self, columns: Sequence[str]) -> bool:
        is_wide = self.fewest_columns <= len(columns) <= self.most_columns
        return bool(is_wide and _ANY_NUMBER.match(columns[0]) and (TAG.match(columns[2]) or columns[2] == "_"))

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
