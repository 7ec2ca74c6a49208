"""Tables with commas, semicolons or tabs between their columns: one token a row, or one text a row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat
from pathlib import Path

from silverner.projection.errors import DataError, nearest
from silverner.projection.readers.block import Block
from silverner.projection.readers.corpus_files import CorpusFiles, Fields
from silverner.projection.readers.layout import Likeness, NumberedLines
from silverner.projection.readers.lines import numbered_lines
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.replayed import Replayed
from silverner.projection.readers.sentence import Sentence, TaggedSentence, decode_tags, without_empty_tokens
from silverner.projection.readers.usual_names import TAGS, TOKENS
from silverner.projection.spans import TAG, Span

_HEADERS = {
    "tokens": TOKENS,
    "tags": TAGS,
    "sentence": ("sentence #", "sentence_id", "sent_id", "sentence"),
    "text": ("text",),
    "id": ("id",),
    "document": ("document", "doc_id"),
}
"""The usual headers of columns, for fields that the recipe does not name."""
_TEXT_LIST = re.compile(r"\[\s*['\"].*['\"]\s*\]", re.DOTALL)
_TAG_LIST = re.compile(r"\[.*\]", re.DOTALL)
"""A cell that holds a list, as pandas writes it; a token alone may be ``[1]``."""


class CsvReader(Reader):
    """Reads tables. ``fields`` names the columns by their headers, or by their numbers where there is no header.

    Where a row is a token, a new value in the column ``sentence``, or an empty line, begins a sentence.
    """

    name = "csv"
    title = "a table"
    looks = "belong to a table with a header"
    suffixes = (".csv",)

    def likeness(self, lines: NumberedLines) -> Likeness:
        """Look for a header that names the tokens and another column."""
        rows = [line for _, line in lines if line.strip()]
        names = {name.strip().strip('"').casefold() for name in rows[0].split(_separator(rows[0]))} if rows else set()
        known_kinds = {kind for kind, headers in _HEADERS.items() if names & set(headers)}
        return Likeness(len(rows)) if "tokens" in known_kinds and len(known_kinds) > 1 else Likeness()

    def read(self, corpus: CorpusFiles, *, split: str, tagged: bool) -> Iterator[Sentence]:
        """Read one sentence a block of rows, or one a row where the table has texts."""
        path = Path(corpus.files[split])
        rows = Replayed(lambda: _rows(path))
        for _ in rows:  # a line that is no row of a table is named before a row that breaks a rule
            pass
        number, header = next(((number, row) for number, row in rows if row), (1, []))
        columns = _columns(corpus.fields, header, f"{path}, line {number}")
        begin = number if _has_header(_chosen(corpus.fields)) else 0
        body = Replayed(lambda: ((line, row) for line, row in rows if line > begin))
        _check_widths(body, len(header), path)
        _check_no_lists(body, columns, path)
        if "tokens" in columns:
            yield from _token_sentences(body, columns, corpus, path, split, tagged=tagged)
            return
        if tagged:
            raise DataError(f"{path}, line {number}: a table of texts has no labels; labels need one token a row")
        for k, (line, row) in enumerate((one for one in body if one[1]), start=1):
            identity = row[columns["id"]] if "id" in columns else f"{split}-{k:06d}"
            document = row[columns["document"]] if "document" in columns else identity
            where = f"{path}, line {line}"
            text = row[columns["text"]].strip()
            yield Sentence(id=identity, named="id" in columns, document=document, where=where, text=text)


def _separator(line: str) -> str:
    """Return the separator that a header has most of."""
    return max("\t,;|", key=line.count)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Read the cells of every row, with its line; a row without any cell is a blank line."""
    separator = _separator(next((line for _, line in numbered_lines(path) if line.strip()), ","))
    # Between tabs a quotation mark is a token; elsewhere it holds a cell together.
    table = csv.reader(
        (line + "\n" for _, line in numbered_lines(path)),
        delimiter=separator,
        quoting=csv.QUOTE_NONE if separator == "\t" else csv.QUOTE_MINIMAL,
        strict=True,
    )
    try:
        for row in table:
            cells = [cell.strip(" ") for cell in row]
            yield table.line_num, cells if any(map(str.strip, cells)) else []
    except csv.Error as error:
        raise DataError(f"{path}, line {table.line_num}: not a row of a table: {error}") from error


def _chosen(fields: Fields) -> dict[str, str]:
    """Return the fields that a recipe names."""
    return {name: getattr(fields, name) for name in _HEADERS if getattr(fields, name) != getattr(Fields(), name)}


def _has_header(chosen: Mapping[str, str]) -> bool:
    """Tell whether the first row names the columns, which no recipe says that chooses columns by their numbers."""
    return not any(name.isdecimal() for name in chosen.values())


def _columns(fields: Fields, header: Sequence[str], where: str) -> dict[str, int]:
    """Find the column of every field: by its name or number in the recipe, or by the usual headers."""
    names = [name.casefold() for name in header]
    chosen = _chosen(fields)
    columns: dict[str, int] = {}
    for kind, headers in _HEADERS.items():
        name = chosen.get(kind)
        if name is not None and name.isdecimal() and 0 < int(name) <= len(header):
            columns[kind] = int(name) - 1
        elif name is not None:
            if name.casefold() not in names:
                raise DataError(f"{where}: no column {name!r} for {kind}; {nearest(name, header)}")
            columns[kind] = names.index(name.casefold())
        elif _has_header(chosen):
            usual = next((header_name for header_name in headers if header_name in names), None)
            if usual is not None:
                columns[kind] = names.index(usual)
    if not {"tokens", "text"} & set(columns):
        raise DataError(
            f"{where}: no column of tokens or texts among {', '.join(header)}; name columns by their headers, or by "
            "numbers if there are none: fields: {tokens: 1, tags: 2, sentence: 3}"
        )
    return columns


def _check_widths(rows: Iterable[tuple[int, list[str]]], width: int, path: Path) -> None:
    """Refuse a row with other columns than the first."""
    for number, row in rows:
        if row and len(row) != width:
            raise DataError(f"{path}, line {number}: {len(row)} columns where the first row has {width}: {row!r:.80}")


def _check_no_lists(rows: Iterable[tuple[int, list[str]]], columns: Mapping[str, int], path: Path) -> None:
    """Refuse a cell that holds a whole sentence as a list, which would pass for one token or one tag."""
    kinds = [kind for kind in ("tokens", "text", "tags") if kind in columns]
    for number, row in rows:
        for kind in kinds if row else ():
            cell = row[columns[kind]]
            if (_TEXT_LIST if kind != "tags" else _TAG_LIST).fullmatch(cell) or (kind == "tags" and _has_tags(cell)):
                raise DataError(
                    f"{path}, line {number}: the cell {cell!r:.60} holds a whole list; a table has one token a row, "
                    "so write lists as JSON lines: with pandas, make such cells lists (ast.literal_eval) where they "
                    'are text, then df.to_json("NAME.jsonl", orient="records", lines=True)'
                )


def _has_tags(cell: str) -> bool:
    """Tell whether a cell holds several tags with prefixes, with spaces or marks between them."""
    tags = re.split(r"[\s,;|]+", cell)
    return len(tags) > 1 and all(map(TAG.match, tags))


def _token_sentences(
    rows: Iterable[tuple[int, list[str]]],
    columns: dict[str, int],
    corpus: CorpusFiles,
    path: Path,
    split: str,
    *,
    tagged: bool,
) -> Iterator[Sentence]:
    """Read sentences of a table that has one token a row."""
    if tagged and "tags" not in columns:
        raise DataError(f"{path}: the table has no column of tags; name it: fields: {{tags: NAME}}")
    blocks = Replayed(lambda: _blocks(rows, columns))
    if "sentence" not in columns:
        first = list(islice(blocks, 2))
        if len(first) == 1 and len(first[0].rows) > 500:
            raise DataError(f"{path}: nothing tells where sentences end; name the column: fields: {{sentence: NAME}}")
    token = columns["tokens"]
    if not corpus.repair:
        for block in blocks:
            for number, row in zip(block.lines, block.rows, strict=True):
                if not row[token].strip():
                    raise DataError(
                        f"{path}, line {number}: the token is empty; leave such tokens out with repair: true"
                    )
    spans: Iterable[tuple[Span, ...] | None] = repeat(None)
    if tagged:
        spans = decode_tags(_Tags(path, blocks, columns["tags"]), scheme=corpus.scheme, repair=corpus.repair)
    for k, (block, entities) in enumerate(zip(blocks, spans, strict=False), start=1):
        tokens, entities = without_empty_tokens([row[token] for row in block.rows], entities)
        yield block.sentence(k, split=split, path=path, tokens=tokens, spans=entities)


class _Tags:
    """The tags of every sentence of a table."""

    def __init__(self, path: Path, blocks: Iterable[Block[list[str]]], column: int) -> None:
        self._path, self._blocks, self._column = str(path), blocks, column

    def __iter__(self) -> Iterator[TaggedSentence]:
        """Return file, lines and tags of every sentence."""
        return ((self._path, block.lines, [row[self._column] for row in block.rows]) for block in self._blocks)


def _blocks(rows: Iterable[tuple[int, list[str]]], columns: dict[str, int]) -> Iterator[Block[list[str]]]:
    """Group rows into sentences."""
    block: Block[list[str]] | None = None
    for number, row in rows:
        name = row[columns["sentence"]] if row and "sentence" in columns else ""
        if block is not None and (not row or (name and name != block.id)):
            yield block
            block = None
        if row:
            document = row[columns["document"]] if "document" in columns else None
            block = block or Block(document, name or None)
            block.add(number, [row])
    if block is not None:
        yield block
