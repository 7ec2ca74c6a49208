"""CoNLL-style columns and Universal NER ``.iob2`` files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from silverner.projection.errors import DataError
from silverner.projection.readers.sentence import Sentence, numbered_lines, read_tags
from silverner.projection.spans import TAG, Scheme

_ID = re.compile(r"#\s*sent_id\s*=\s*(.+)")
_DOCUMENT = re.compile(r"#\s*newdoc(?:\s+id\s*=\s*(.*))?")
_META = re.compile(r"#\s*[\w.-]+(?:\s+[\w.-]+)?\s*=(?:\s|\Z)|#\s*new(?:doc|par)\b")
_MOST = 5
_WORD_INDEX = re.compile(r"\d+\Z")
_SUBTOKEN_INDEX = re.compile(r"\d+[-.]\d+\Z")


@dataclass
class _Block:
    """The lines of one sentence."""

    document: str | None
    id: str | None
    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def read_columns(
    path: Path, *, name: str, uner: bool = False, tagged: bool = True, scheme: Scheme = "auto", repair: bool = False
) -> Iterator[Sentence]:
    """Read one token a line, a blank line between sentences.

    CoNLL: the token in the first column, the tag in the last, 1 (untagged) to 5 columns, separated by tabs or spaces.
    UNER: word number, token, tag and further columns, separated by tabs. Comments give ids (``# sent_id = ...``) and
    documents (``# newdoc id = ...``); ``-DOCSTART-`` begins a document
    too. Without any of these every sentence is its own document.

    :param path: The file.
    :param name: Stem of the ids of sentences that have none.
    :param uner: Whether the columns are those of UNER.
    :param tagged: Whether the labels are wanted; if not, the tag column is not even looked at.
    :param scheme: The scheme of the tags; ``auto`` is found from the whole file.
    :param repair: Repair broken tag sequences as the CoNLL scorer does, instead of refusing them.
    :returns: The sentences in order.
    :raises DataError: naming the line that breaks a rule.
    :raises MissingFileError: when the file cannot be opened.
    """
    blocks = list(_blocks(path, name, uner=uner, tagged=tagged))
    if not blocks:
        raise DataError(f"{path}: the file holds no sentence")
    token, tag = (1, 2) if uner else (0, -1)
    spans = None
    if tagged:
        if len(blocks[0].rows[0]) == 1:
            raise DataError(f"{path}, line {blocks[0].lines[0]}: one column, so no labels; a tag column is needed")
        rows = [(str(path), block.lines, [row[tag] for row in block.rows]) for block in blocks]
        spans = read_tags(rows, scheme=scheme, repair=repair)
    for number, block in enumerate(blocks):
        identity = block.id or f"{name}-{number + 1:06d}"
        yield Sentence(
            id=identity,
            named=block.id is not None,
            document=block.document or identity,
            where=f"{path}, line {block.lines[0]}",
            tokens=tuple(row[token] for row in block.rows),
            spans=None if spans is None else spans[number],
        )


def _blocks(path: Path, stem: str, *, uner: bool, tagged: bool) -> Iterator[_Block]:
    """Group the lines of a file into sentences."""
    document: str | None = None
    name: str | None = None
    documents = 0
    block: _Block | None = None
    rows = [(number, line, _columns(line)) for number, line in numbered_lines(path)]
    # A line that begins with # may be a comment, so the first that does not says how many columns the file has.
    width = next((len(c) for _, line, c in rows if line.strip() and line[0] != "#" and c[0] != "-DOCSTART-"), 0)
    for number, line, columns in rows:
        docstart = bool(columns) and columns[0] == "-DOCSTART-"
        if not line.strip() or docstart:
            if block:
                yield block
            block = None
            if docstart:
                documents += 1
                document = f"{stem}-{documents}"
        elif _is_comment(line, columns, uner=uner, width=width):
            if found := _ID.match(line):
                name = found[1].strip()
            elif found := _DOCUMENT.match(line):
                documents += 1
                document = (found[1] or "").strip() or f"{stem}-{documents}"
        elif not (uner and _SUBTOKEN_INDEX.match(columns[0])):
            _check_row(path, number, columns, uner=uner, width=width or len(columns), tagged=tagged)
            if block is None:
                block = _Block(document, name)
                name = None
            block.lines.append(number)
            block.rows.append(columns)
    if block:
        yield block


def _columns(line: str) -> list[str]:
    return (
        [part.strip(" ") for part in line.split("\t")] if "\t" in line else [part for part in line.split(" ") if part]
    )


def _is_comment(line: str, columns: list[str], *, uner: bool, width: int) -> bool:
    """Tell a comment from the token ``#``.

    ``# key = value`` is a comment. Otherwise a line with as many columns as the file has is a row if tabs separate
    them, or if it ends in a tag.
    """
    if not line.startswith("#"):
        return False
    if uner or _META.match(line):
        return True
    row = len(columns) == (width or len(columns)) and len(columns) <= _MOST
    return not (row and ("\t" in line or width == 1 or TAG.match(columns[-1])))


def _check_row(path: Path, number: int, columns: list[str], *, uner: bool, width: int, tagged: bool) -> None:
    """Refuse a line whose columns are not those of the file."""
    low, high = (3, 10) if uner else (1, _MOST)
    if not low <= width <= high:
        raise DataError(
            f"{path}, line {number}: {width} columns; a {'UNER' if uner else 'CoNLL'} line has {low} to {high}"
        )
    if len(columns) != width:
        raise DataError(
            f"{path}, line {number}: {len(columns)} columns where the lines before have {width}: {' '.join(columns)!r}"
        )
    if uner and not _WORD_INDEX.match(columns[0]):
        raise DataError(f"{path}, line {number}: {columns[0]!r} is not a word number; is this a UNER file?")
    token = columns[1] if uner else columns[0]
    if not token.strip() or (tagged and not columns[2 if uner else -1].strip()):
        raise DataError(f"{path}, line {number}: empty column")


def sniff(path: Path) -> str:
    """Guess whether a file holds columns or running text.

    :param path: The file.
    :returns: ``uner``, ``conll`` or ``text``; the first 100 lines decide, and the ending where they do not.
    """
    rows = []
    for number, line in numbered_lines(path):
        if number > 100:
            break
        columns = _columns(line)
        if not line.strip() or _is_comment(line, columns, uner=False, width=0):
            continue
        if columns[0] == "-DOCSTART-":
            return "conll"
        rows.append(columns)
    if rows and all(
        3 <= len(r) <= 10 and re.match(r"[\d.-]+\Z", r[0]) and (TAG.match(r[2]) or r[2] == "_") for r in rows
    ):
        return "uner"
    if path.suffix in {".conll", ".bio", ".iob", ".iob2", ".tsv"}:
        return "conll"
    tagged = bool(rows) and all(1 < len(r) <= _MOST and TAG.match(r[-1]) for r in rows)
    return "conll" if tagged else "text"
