"""How ``auto`` finds the format of a text file, and when it refuses to guess.

The rules, in this order; the first that fits decides:

1. Every line looks like a line of one format: it has that format.
2. At least four of five lines look like a line of one format, or more than half of them do and all lines have the same
   number of columns: it has that format, whose reader refuses the other lines.
3. All lines have the same number of columns, the last holds labels without prefix, and many of them are ``O``: CoNLL.
4. The ending of the file's name belongs to a format; where that is CoNLL, all lines may end in labels besides.
5. The file shows a sign of columns, tags, one word a line, or XML: it is refused, and the message names the line. So is
   a file whose name ends as one with tags does, without a tag in sight.
6. It is running text.

Nothing is guessed in silence: :func:`report` writes the result to the log.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from silverner.projection.errors import DataError
from silverner.projection.readers.conll import ConllReader, token_lines
from silverner.projection.readers.layout import FEWEST_COLUMNS, MOSTLY, Layout, NumberedLines, looks_like_tag
from silverner.projection.readers.lines import ending_of, numbered_lines
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.reading_log import LOG
from silverner.projection.readers.signs import Fault, sign_against_text
from silverner.projection.readers.text import TextReader

HEAD = 1000
"""Lines that a guess looks at."""
_TEXT_HEADERS = frozenset({"text", "sentence", "sentences"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatGuess:
    """The format of a file, and why.

    :param format: The name of the format.
    :param title: What messages call it.
    :param reason: What in the file or the recipe decided.
    :param is_certain: Whether the recipe says so, or both the lines and the ending of the file's name.
    :param doubt: What to add to an error of the reader; empty where nothing speaks against the guess.
    """

    format: str
    title: str
    reason: str
    is_certain: bool = True
    doubt: str = ""


def guess_text_format(path: Path, readers: Mapping[str, Reader]) -> FormatGuess:
    """Guess the format of a text file from its first lines, then from the ending of its name.

    :param path: The file.
    :param readers: The readers to choose from, in their order.
    :returns: The format.
    :raises MissingFileError: when the file cannot be opened.
    :raises DataError: when it is not a text file, or neither running text nor in a format that is recognised.
    """
    lines = list(islice(numbered_lines(path), HEAD))
    layout = Layout(token_lines(lines))
    guess = _by_lines(path, lines, layout, readers) or _by_labels(path, layout) or _by_ending(path, layout, readers)
    if guess is not None:
        return guess
    fault = sign_against_text(layout) or _missing_tags(path, layout)
    if fault is not None:
        number, sign = fault
        raise DataError(
            f"{path}, line {number}: cannot tell the format: {sign}; correct the line, or say what the file is: "
            f"format: conll (one token a line, its tag in the last column), {_table(layout)}, "
            "format: text (one sentence a line)"
        )
    return _guess(path, TextReader(), "its lines have neither columns nor tags")


def report(path: str, guess: FormatGuess) -> None:
    """Write to the log how a file is read: as a warning, unless its name agrees.

    :param path: The file.
    :param guess: Its format.
    """
    level = logging.INFO if guess.is_certain else logging.WARNING
    LOG.log(level, "%s: read as %s: %s", path, guess.title, guess.reason)


def _by_lines(path: Path, lines: NumberedLines, layout: Layout, readers: Mapping[str, Reader]) -> FormatGuess | None:
    """Find the format that all or most lines look like."""
    likenesses = {reader: reader.likeness(lines) for reader in readers.values()}
    for reader, likeness in likenesses.items():
        if likeness.rows and not likeness.others:
            return _guess(path, reader, f"all lines {reader.looks}")
    for reader, likeness in likenesses.items():
        if likeness.share >= MOSTLY or (likeness.share > 0.5 and not layout.odd_widths):
            count = f"{likeness.rows - len(likeness.others)} of {likeness.rows}"
            return _guess(path, reader, f"{count} lines {reader.looks}", is_doubtful=True)
    return None


def _by_labels(path: Path, layout: Layout) -> FormatGuess | None:
    """Find a token with a label without prefix on every line."""
    if not layout.has_labels():
        return None
    reason = f"all lines have {layout.width} columns, the last a label or O"
    return _guess(path, ConllReader(), reason, is_doubtful=True)


def _by_ending(path: Path, layout: Layout, readers: Mapping[str, Reader]) -> FormatGuess | None:
    """Find the format that the ending of a file's name belongs to, unless that is CoNLL and lines end in no label."""
    ending = ending_of(path)
    reader = next((reader for reader in readers.values() if ending in reader.text_suffixes), None)
    if reader is None:
        return None
    # One column may be tokens without tags; in .tsv, it may as well be text without spaces.
    is_column = layout.width == 1 and not layout.odd_widths and ending != ".tsv"
    if reader.name == ConllReader.name and layout.rows and not is_column and not layout.may_end_in_labels():
        return None
    return _guess(path, reader, f"its name ends in {ending}, though no tags are seen", is_certain=False)


def _missing_tags(path: Path, layout: Layout) -> Fault | None:
    """Find the line without tag in a file whose name ends as one with tags does."""
    if ending_of(path) not in ConllReader.text_suffixes:
        return None
    number, columns = next((row for row in layout.rows if not looks_like_tag(row[1][-1])), layout.rows[0])
    return number, f"its name ends in {ending_of(path)}, and this line ends in no tag: {' '.join(columns)!r:.80}"


def _table(layout: Layout) -> str:
    """Say how to read a table, and which column of this one looks like the text."""
    if not layout.tabs or layout.width < FEWEST_COLUMNS:
        return "format: csv (a table)"
    rows = [columns for _, columns in layout.rows if len(columns) == layout.width]
    text = max(range(layout.width), key=lambda k: sum(len(columns[k]) for columns in rows))
    name = rows[0][text] if rows[0][text].casefold() in _TEXT_HEADERS else text + 1
    return f"format: csv, fields: {{text: {name}}} (a table with the text in this column)"


def _guess(
    path: Path, reader: Reader, reason: str, *, is_doubtful: bool = False, is_certain: bool = True
) -> FormatGuess:
    doubt = f"read as {reader.title}: {reason}; format: text would read it as running text" if is_doubtful else ""
    is_named = ending_of(path) in (*reader.suffixes, *reader.text_suffixes, *ConllReader.text_suffixes)
    return FormatGuess(
        format=reader.name, title=reader.title, reason=reason, is_certain=is_certain and is_named, doubt=doubt
    )
