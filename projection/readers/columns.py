"""What CoNLL and UNER files share: one token a line in columns, and a blank line between sentences."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice, repeat
from operator import itemgetter
from pathlib import Path
from sys import intern
from typing import ClassVar, cast

from silverner.projection.errors import DataError
from silverner.projection.readers.block import Block, Row
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.layout import split_columns
from silverner.projection.readers.lines import lines_of
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.reading_log import LOG
from silverner.projection.readers.replayed import Replayed
from silverner.projection.readers.sentence import Sentence, TaggedSentence, decode_tags
from silverner.projection.spans import Span

DOCSTART = "-DOCSTART-"
"""The first column of a line that begins a document."""
_BATCH = 1000
"""Lines that are looked up at once."""
_MOST_KNOWN = 100_000
"""Different lines that are remembered, of which the frequent ones are soon known again."""
_SENTENCE_ID = re.compile(r"#\s*sent_id\s*=\s*(.+)")
_NO_TEXT = re.compile(r"#\s*text\s*=\s*\Z")
_DOCUMENT = re.compile(r"#\s*newdoc(?:\s+id\s*=\s*(.*))?")


class ColumnReader(Reader):
    """Reads one token a line, a blank line between sentences.

    Comments give ids (``# sent_id = ...``) and documents (``# newdoc id = ...``); ``-DOCSTART-`` begins a document too.
    Without any of these every sentence is its own document. A sentence whose only line is ``# text =``, a comment
    without text, has no tokens.
    """

    token_column: ClassVar[int]
    tag_column: ClassVar[int]
    fewest_columns: ClassVar[int]
    most_columns: ClassVar[int]

    def tag(self, columns: Sequence[str], corpus: CorpusFiles) -> str:
        """Return the tag of a line: in the column that the corpus names, or in that of the format.

        :param columns: The line.
        :param corpus: Says which column.
        :returns: The tag.
        :raises DataError: when the line has too few columns.
        """
        if corpus.column is None:
            return columns[self.tag_column].strip()
        if corpus.column > len(columns):
            raise DataError(f"there is no column {corpus.column}; the line has {len(columns)} columns")
        return columns[corpus.column - 1].strip()

    def check_labels(self, rows: Iterable[Sequence[str]], corpus: CorpusFiles, where: str) -> None:
        """Refuse a file without labels.

        :param rows: All its lines.
        :param corpus: Says where the tags are.
        :param where: The file, and its first line.
        """

    def check_numbers(self, blocks: Iterable[Block[Row]], corpus: CorpusFiles, path: Path) -> None:
        """Refuse a file whose numbers of words or sentences are not those of the format.

        :param blocks: Its sentences.
        :param corpus: Says where the tags are.
        :param path: The file.
        """

    @abstractmethod
    def is_comment(self, line: str, columns: Sequence[str], *, width: int) -> bool:
        """Tell a comment from the token ``#``.

        :param line: The line.
        :param columns: Its columns.
        :param width: Columns of the file's lines, 0 where that is not clear yet.
        """

    def is_skipped(self, columns: Sequence[str]) -> bool:
        """Tell whether a line that is neither comment nor blank holds no token of its own."""
        return False

    def common_prefix(self, blocks: Iterable[Block[Row]], path: Path) -> str:
        """Return what all tokens of a file begin with and is no part of them; nothing for most formats.

        :param blocks: Its sentences.
        :param path: The file.
        :returns: What to leave out.
        """
        return ""

    def check_row(self, columns: Sequence[str], where: str) -> None:
        """Refuse a line that has the right number of columns and breaks a rule of the format all the same."""

    def read(self, corpus: CorpusFiles, *, split: str, tagged: bool) -> Iterator[Sentence]:
        """Read one sentence a block of lines; without ``tagged`` the tag column is not even looked at."""
        path = Path(corpus.files[split])
        blocks = Replayed(lambda: self._blocks(path, split, corpus, tagged=tagged))
        if not sum(1 for _ in blocks):  # every line is looked at before a rule of the whole file is
            raise DataError(f"{path}: the file holds no sentence")
        self.check_numbers(blocks, corpus, path)
        spans = self._entities(blocks, corpus, path) if tagged else repeat(None)
        prefix = self.common_prefix(blocks, path)
        if prefix:
            LOG.warning("%s: all tokens begin with %r, which is left out", path, prefix)
        token = itemgetter(self.token_column)
        for number, (block, entities) in enumerate(zip(blocks, spans, strict=False), start=1):
            tokens = tuple(map(token, block.rows))
            if prefix:
                tokens = tuple(token[len(prefix) :] for token in tokens)
            yield block.sentence(number, split=split, path=path, tokens=tokens, spans=entities)

    def _entities(
        self, blocks: Iterable[Block[Row]], corpus: CorpusFiles, path: Path
    ) -> Iterator[tuple[Span, ...] | None]:
        """Read the entities of all sentences from their tags."""
        where = f"{path}, line {next(iter(blocks)).lines[0]}"
        if len(next((row for block in blocks for row in block.rows), ())) == 1:
            raise DataError(f"{where}: one column, so no labels; a tag column is needed")
        self.check_labels((row for block in blocks for row in block.rows), corpus, where)
        return decode_tags(_Tags(path, blocks), scheme=corpus.scheme, repair=corpus.repair)

    def _blocks(self, path: Path, split: str, corpus: CorpusFiles, *, tagged: bool) -> Iterator[Block[Row]]:
        """Group the lines of a file into sentences."""
        document: str | None = None
        sentence_id: str | None = None
        documents = 0
        block: Block[Row] | None = None
        empty_line: int | None = None
        lines, width = _lines_and_width(path)
        new_row = partial(self._new_row, path=path, corpus=corpus, width=width, tagged=tagged)
        for first, rows, line in _runs(lines, new_row):
            if rows:
                if block is None:
                    block, sentence_id = Block(document, sentence_id), None
                block.add(first, rows)
            if line is None:
                continue
            columns = split_columns(line)
            is_docstart = bool(columns) and columns[0] == DOCSTART
            if not line.strip() or is_docstart:
                if block is None and empty_line is not None:
                    block, sentence_id = Block(document, sentence_id, range(empty_line, empty_line + 1)), None
                if block:
                    yield block
                block = empty_line = None
                if is_docstart:
                    documents += 1
                    document = f"{split}-{documents}"
            elif self.is_comment(line, columns, width=width):
                if match := _SENTENCE_ID.match(line):
                    sentence_id = match[1].strip()
                elif match := _DOCUMENT.match(line):
                    documents += 1
                    document = (match[1] or "").strip() or f"{split}-{documents}"
                elif _NO_TEXT.match(line):
                    empty_line = first + len(rows)

    def _new_row(
        self, number: int, line: str, *, path: Path, corpus: CorpusFiles, width: int, tagged: bool
    ) -> Row | None:
        """Split and check a line; ``None`` for one that is no row. Equal tags become one in memory."""
        columns = split_columns(line)
        if not line.strip() or columns[0] == DOCSTART or self.is_comment(line, columns, width=width):
            return None
        if self.is_skipped(columns):
            return None
        where = f"{path}, line {number}"
        self._check_columns(columns, where, width=width or len(columns))
        row = Row(columns)
        row.tag = intern(self._tag(columns, corpus, where)) if tagged else ""
        if not row[self.token_column].strip() or (tagged and not row.tag.strip()):
            raise DataError(f"{where}: empty column")
        return row

    def _tag(self, columns: Sequence[str], corpus: CorpusFiles, where: str) -> str:
        try:
            return self.tag(columns, corpus)
        except DataError as error:
            raise DataError(f"{where}: {error}") from error

    def _check_columns(self, columns: Sequence[str], where: str, *, width: int) -> None:
        """Refuse a line whose columns are not those of the file."""
        low, high = self.fewest_columns, self.most_columns
        if not low <= width <= high:
            raise DataError(f"{where}: {width} columns; a line of {self.title} has {low} to {high}")
        if len(columns) != width:
            raise DataError(
                f"{where}: {len(columns)} columns where the lines before have {width}: {' '.join(columns)!r}"
            )
        self.check_row(columns, where)


class _Tags:
    """The tags of every sentence of a file."""

    def __init__(self, path: Path, blocks: Iterable[Block[Row]]) -> None:
        self._path, self._blocks = str(path), blocks

    def __iter__(self) -> Iterator[TaggedSentence]:
        """Return file, lines and tags of every sentence."""
        return ((self._path, block.lines, [row.tag for row in block.rows]) for block in self._blocks)


def _lines_and_width(path: Path) -> tuple[Iterator[str], int]:
    """Return the lines of a file, and how many columns they have: those of the first that is surely no comment."""
    lines, head = lines_of(path), []
    for line in lines:
        head.append(line)
        if line.strip() and line[0] != "#" and (columns := split_columns(line))[0] != DOCSTART:
            return chain(head, lines), len(columns)
    return iter(head), 0


def _runs(
    lines: Iterator[str], new_row: Callable[[int, str], Row | None]
) -> Iterator[tuple[int, list[Row], str | None]]:
    """Part lines at those that are no rows. Most lines of a corpus occur again, so each row is made once.

    :param lines: All lines of a file.
    :param new_row: Makes the row of a line with its number; ``None`` for another line.
    :returns: The number of a line, the rows from there on, and the line behind them; the last one is empty.
    """
    known_rows: dict[str, Row] = {}
    number = 1
    while batch := list(islice(lines, _BATCH)):
        if len(known_rows) > _MOST_KNOWN:
            known_rows.clear()
        rows = list(map(known_rows.get, batch))
        for k in [k for k, row in enumerate(rows) if row is None]:
            row = known_rows.get(batch[k]) or new_row(number + k, batch[k])
            if row is not None:
                rows[k] = known_rows[batch[k]] = row
        rows.append(None)
        start = 0
        while start <= len(batch):
            stop = rows.index(None, start)
            yield number + start, cast(list[Row], rows[start:stop]), batch[stop] if stop < len(batch) else None
            start = stop + 1
        number += len(batch)
    yield number, [], ""
