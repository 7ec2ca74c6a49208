"""CoNLL columns: the token first, its tag last."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from silverner.projection.errors import DataError
from silverner.projection.readers.block import Block, Row
from silverner.projection.readers.columns import DOCSTART, ColumnReader
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.layout import (
    MOST_COLUMNS,
    Layout,
    Likeness,
    NumberedLines,
    is_certain_tag,
    split_columns,
)
from silverner.projection.readers.tag_layers import row_with_two_tags
from silverner.projection.readers.word_numbers import fields_behind_numbers
from silverner.projection.spans import TAG

_METADATA = re.compile(
    r"#\s*[\w.-]+(?:\s+[\w.-]+)?\s*=(?:\s|\Z)"  # "# key = value"
    r"|#\s*new(?:doc|par)\b"
    r"|#\s*id\s+\S+(?:\s+domain=\S*)?\s*\Z"  # MultiCoNER
)
_GLUED_KEY = re.compile(r"#(?!(?:sent_id|text|newdoc|newpar)\b)\S+=\Z")
"""A token such as ``#0=``; nobody writes a key of a comment so, and nothing but a tag behind it."""
_LANGUAGE = re.compile(r"(?:[a-z]{2,3}(?:-[a-z]+)*|simple):(?=\S)")


class ConllReader(ColumnReader):
    """Reads lines of 1 column (no tags) to 5 columns, separated by tabs or spaces."""

    name = "conll"
    title = "CoNLL columns"
    text_suffixes = (".conll", ".bio", ".iob", ".iob2", ".tsv")
    token_column, tag_column = 0, -1
    keys = frozenset({"column"})
    fewest_columns, most_columns = 1, MOST_COLUMNS

    looks = "end in a tag"

    def likeness(self, lines: NumberedLines) -> Likeness:
        """Look for ``-DOCSTART-``, or for tags at the ends of lines."""
        tokens = token_lines(lines)
        layout = Layout(tokens)
        if any(columns[0] == DOCSTART for _, columns in layout.rows):
            return Likeness(len(layout.rows))
        if layout.counts_words():
            return Likeness()
        if layout.rows and all(1 < len(c) <= MOST_COLUMNS and TAG.match(c[-1]) for _, c in layout.rows):
            return Likeness(len(layout.rows))
        return Likeness(len(layout.rows), layout.untagged_lines())

    def check_numbers(self, blocks: Iterable[Block[Row]], corpus: CorpusFiles, path: Path) -> None:
        """Refuse a file whose first column numbers the words or the sentences."""
        first = next((block for block in blocks if block.rows), None)
        if first is None:
            return
        row = first.rows[0]
        fields = fields_behind_numbers(_Rows(blocks), (corpus.column or len(row)) - 1)
        if fields is not None:
            raise DataError(
                f"{path}, line {first.lines[0]}: the first column holds numbers, not tokens: {' '.join(row)!r:.80}; "
                f"say where the tokens are: format: csv, {fields} (if spaces part the columns, put tabs there: "
                "tr -s ' ' '\\t' < OLD > NEW)"
            )

    def check_labels(self, rows: Iterable[Sequence[str]], corpus: CorpusFiles, where: str) -> None:
        """Refuse two layers of tags where nothing says which is meant."""
        others = iter(rows)
        first = next(others, ())
        # All lines have the same number of columns, so that one says whether there can be two layers.
        row = None if corpus.column or len(first) < 3 else row_with_two_tags(chain([first], others))
        if row is not None:
            raise DataError(
                f"{where}: columns {len(row) - 1} and {len(row)} both hold tags, as in {' '.join(row)!r:.80}; "
                f"choose one in a recipe: column: {len(row) - 1} or column: {len(row)} (elsewhere, write a file "
                "with one of them)"
            )

    def common_prefix(self, blocks: Iterable[Block[Row]], path: Path) -> str:
        """Return the language that WikiAnn writes before all tokens (``en:``); refuse a token that lacks it."""
        prefixes = Counter(_language(row[0]) for block in blocks for row in block.rows)
        prefix, count = prefixes.most_common(1)[0] if prefixes else (None, 0)
        if prefix is None or count <= prefixes.total() / 2:
            return ""
        # A sentence without tokens has a line and no row.
        for line, row in ((line, row) for block in blocks for line, row in zip(block.lines, block.rows, strict=False)):
            if _language(row[0]) != prefix:
                raise DataError(
                    f"{path}, line {line}: {count} of {prefixes.total()} tokens begin with {prefix!r}, as in WikiAnn, "
                    f"and this one does not: {row[0]!r:.80}; correct it"
                )
        return prefix

    def is_comment(self, line: str, columns: Sequence[str], *, width: int) -> bool:
        """Tell a comment from the token ``#``.

        ``# key = value`` is a comment. Any other line that begins with ``#`` is a row if it has as many columns as the
        file has, and tabs separate them or it ends in a tag.
        """
        if not line.startswith("#"):
            return False
        is_row = len(columns) == (width or len(columns)) and len(columns) <= MOST_COLUMNS
        if _METADATA.match(line):
            return not (width and is_row and _GLUED_KEY.match(columns[0]) and TAG.match(columns[-1]))
        return not (is_row and ("\t" in line or width == 1 or is_certain_tag(columns[-1]) or TAG.match(columns[-1])))


class _Rows:
    """The rows of every sentence of a file."""

    def __init__(self, blocks: Iterable[Block[Row]]) -> None:
        self._blocks = blocks

    def __iter__(self) -> Iterator[Sequence[Row]]:
        """Return the rows, sentence by sentence."""
        return (block.rows for block in self._blocks)


def _language(token: str) -> str | None:
    """Return the language that a token begins with, as in WikiAnn."""
    match = _LANGUAGE.match(token) if ":" in token else None
    return match and match[0]


def token_lines(lines: NumberedLines) -> NumberedLines:
    """Leave comments out of lines that may be columns.

    :param lines: Lines of a file of any format.
    :returns: The lines that are left, blank ones among them.
    """
    conll = ConllReader()
    return [(number, line) for number, line in lines if not conll.is_comment(line, split_columns(line), width=0)]
