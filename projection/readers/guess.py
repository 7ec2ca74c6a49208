"""How ``auto`` finds the format of a text file, and when it refuses to guess.

The rules, in this order; the first that fits decides:

1. Every line looks like a line of one format: it has that format.
2. At least four of five lines look like a line of one format, or more than half of them do and all lines have the same
   number of columns: it has that format, whose reader refuses the other lines.
3. All lines have the same number of columns, the last holds labels without prefix, and many of them are ``O``: CoNLL.
4. The ending of the file's name belongs to a format.
5. The file shows a sign of columns, tags, one word a line, or XML: it is refused, and the message names the line.
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
from silverner.projection.readers.layout import MOSTLY, Layout, NumberedLines
from silverner.projection.readers.lines import ending_of, numbered_lines
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.reading_log import LOG
from silverner.projection.readers.signs import sign_against_text
from silverner.projection.readers.text import TextReader

HEAD = 1000
"""Lines that a guess looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatGuess:
    """The format of a file, and why.

    :param format: The name of the format.
    :param title: What messages call it.
    :param reason: What in the file or the recipe decided.
    :param is_certain: Whether the recipe says so, or the ending of the file's name.
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
    guess = _by_lines(path, lines, layout, readers) or _by_labels(path, layout) or _by_ending(path, readers)
    if guess is not None:
        return guess
    fault = sign_against_text(layout)
    if fault is not None:
        number, sign = fault
        raise DataError(
            f"{path}, line {number}: cannot tell the format: {sign}; correct the line, or say what the file is: "
            "format: conll (one token a line, its tag in the last column), format: csv (a table), format: text (one "
            "sentence a line)"
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


def _by_ending(path: Path, readers: Mapping[str, Reader]) -> FormatGuess | None:
    """Find the format that the ending of a file's name belongs to."""
    reader = next((reader for reader in readers.values() if ending_of(path) in reader.text_suffixes), None)
    return None if reader is None else _guess(path, reader, f"its name ends in {ending_of(path)}")


def _guess(path: Path, reader: Reader, reason: str, *, is_doubtful: bool = False) -> FormatGuess:
    doubt = f"read as {reader.title}: {reason}; format: text would read it as running text" if is_doubtful else ""
    is_certain = ending_of(path) in (*reader.suffixes, *reader.text_suffixes, *ConllReader.text_suffixes)
    return FormatGuess(format=reader.name, title=reader.title, reason=reason, is_certain=is_certain, doubt=doubt)
