"""What UNER, GermEval and CoNLL-U files share: the number of the word stands first, and ``#`` begins a comment."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from silverner.projection.errors import DataError
from silverner.projection.readers.block import Block, Row
from silverner.projection.readers.columns import ColumnReader
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.layout import Layout, Likeness, NumberedLines

_WORD_NUMBER = re.compile(r"\d+\Z")
_SUBTOKEN_NUMBER = re.compile(r"\d+[-.]\d+\Z")
_ANY_NUMBER = re.compile(r"[\d.-]+\Z")


class NumberedReader(ColumnReader):
    """Reads lines that begin with the number of a word; every line that begins with ``#`` is a comment."""

    token_column = 1

    def likeness(self, lines: NumberedLines) -> Likeness:
        """Look for a number at the beginning of lines, and for what else makes a row."""
        rows = Layout([(number, line) for number, line in lines if not line.startswith("#")]).rows
        return Likeness(len(rows), [number for number, columns in rows if not self._is_like(columns)])

    @abstractmethod
    def is_row(self, columns: Sequence[str]) -> bool:
        """Tell whether a line with a number and the right number of columns looks like this format."""

    def _is_like(self, columns: Sequence[str]) -> bool:
        is_wide = self.fewest_columns <= len(columns) <= self.most_columns
        return is_wide and bool(_ANY_NUMBER.match(columns[0])) and self.is_row(columns)

    def is_comment(self, line: str, columns: Sequence[str], *, width: int) -> bool:
        """Take every line that begins with ``#`` for a comment."""
        return line.startswith("#")

    def is_skipped(self, columns: Sequence[str]) -> bool:
        """Skip multiword tokens (``1-2``) and empty nodes (``1.1``)."""
        return bool(_SUBTOKEN_NUMBER.match(columns[0]))

    def check_row(self, columns: Sequence[str], where: str) -> None:
        """Refuse a first column that is no word number."""
        if not _WORD_NUMBER.match(columns[0]):
            raise DataError(f"{where}: {columns[0]!r} is not a word number; is this a {self.title.split()[0]} file?")

    def check_numbers(self, blocks: Iterable[Block[Row]], corpus: CorpusFiles, path: Path) -> None:
        """Refuse numbers that do not rise within a sentence: two sentences in one, or numbers of sentences."""
        for block in blocks:
            numbers = [int(row[0]) for row in block.rows]
            for k, (before, number) in enumerate(pairwise(numbers), start=1):
                if number <= before:
                    raise DataError(
                        f"{path}, line {block.lines[k]}: word number {number} stands behind {before}; part sentences "
                        "by an empty line, or, if these are numbers of sentences, write: format: csv, fields: "
                        f"{{tokens: 2, tags: {self.tag_column + 1}, sentence: 1}}"
                    )
