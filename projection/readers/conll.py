"""CoNLL columns: the token first, its tag last."""

from __future__ import annotations

import re
from collections.abc import Sequence

from silverner.projection.readers.columns import DOCSTART, ColumnReader, split_columns
from silverner.projection.spans import TAG

_METADATA = re.compile(r"#\s*[\w.-]+(?:\s+[\w.-]+)?\s*=(?:\s|\Z)|#\s*new(?:doc|par)\b")
_MOST_COLUMNS = 5


class ConllReader(ColumnReader):
    """Reads lines of 1 column (no tags) to 5 columns, separated by tabs or spaces."""

    name = "conll"
    title = "CoNLL columns"
    text_suffixes = (".conll", ".bio", ".iob", ".iob2", ".tsv")
    token_column, tag_column = 0, -1
    fewest_columns, most_columns = 1, _MOST_COLUMNS

    def recognises(self, lines: Sequence[str]) -> bool:
        """Look for ``-DOCSTART-``, or for a tag at the end of every line."""
        rows = token_rows(lines)
        if any(row[0] == DOCSTART for row in rows):
            return True
        return bool(rows) and all(1 < len(row) <= _MOST_COLUMNS and TAG.match(row[-1]) for row in rows)

    def is_comment(self, line: str, columns: Sequence[str], *, width: int) -> bool:
        """Tell a comment from the token ``#``.

        ``# key = value`` is a comment. Any other line that begins with ``#`` is a row if it has as many columns as the
        file has, and tabs separate them or it ends in a tag.
        """
        if not line.startswith("#"):
            return False
        if _METADATA.match(line):
            return True
        is_row = len(columns) == (width or len(columns)) and len(columns) <= _MOST_COLUMNS
        return not (is_row and ("\t" in line or width == 1 or TAG.match(columns[-1])))


def token_rows(lines: Sequence[str]) -> list[list[str]]:
    """Split lines into columns, without blank lines and comments.

    :param lines: Lines of a file that may be CoNLL or UNER.
    :returns: The columns of every line that is left.
    """
    conll = ConllReader()
    rows = [(line, split_columns(line)) for line in lines if line.strip()]
    return [columns for line, columns in rows if not conll.is_comment(line, columns, width=0)]
