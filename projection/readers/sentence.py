"""One sentence of a corpus, and the lines and tags that readers make it from."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.spans import Scheme, Span, TagError, detect_scheme, mendable, spans_from_tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence and everything its file holds about it.

    :param id: Its id in the file, or an id made from its position.
    :param document: The document it belongs to; sentences of one document never end in two splits.
    :param where: File and line (or row), for messages.
    :param tokens: Its tokens, if the file has tokens.
    :param text: Its running text, if the file has text.
    :param spans: Its entities, if the file has labels.
    :param split: The split it is published in.
    :param named: Whether the id stands in the file.
    """

    id: str
    document: str
    where: str
    split: str = "train"
    tokens: tuple[str, ...] | None = None
    text: str | None = None
    spans: tuple[Span, ...] | None = None
    named: bool = False


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Read a UTF-8 text file line by line.

    :param path: The file.
    :returns: Pairs of line number (from 1) and line without its end.
    :raises MissingFileError: when it cannot be opened.
    :raises DataError: when it is empty, binary or not UTF-8.
    """
    number = 0
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if b"\0" in raw:
                    raise DataError(f"{path}, line {number}: this is a binary file, not text")
                start = len(BOM_UTF8) if number == 1 and raw.startswith(BOM_UTF8) else 0
                try:
                    line = raw[start:].decode().rstrip("\r\n")
                except UnicodeDecodeError as error:
                    at = start + error.start
                    raise DataError(
                        f"{path}, line {number}: {raw[at]:#04x} at byte {at + 1} is not UTF-8; "
                        f"convert the file (iconv -t UTF-8) first"
                    ) from error
                if "\r" in line:
                    raise DataError(
                        f"{path}, line {number}: a carriage return inside a line; convert the line ends first"
                    )
                yield number, line
    except OSError as error:
        raise MissingFileError(f"cannot read {path}: {error.strerror or error}") from error
    if number == 0:
        raise DataError(f"{path}: the file is empty")


def decode_tags(
    sentences: Sequence[tuple[str, Sequence[int] | None, Sequence[str]]], *, scheme: Scheme, repair: bool
) -> list[tuple[Span, ...]]:
    """Turn the tags of a whole file into spans; ``auto`` finds the scheme from all of them.

    :param sentences: For each sentence: its file or row, the lines of its tokens (``None`` for a row), its tags.
    :param scheme: The scheme the tags follow.
    :param repair: Repair broken sequences instead of refusing them.
    :returns: The spans of every sentence.
    :raises DataError: naming the file and line of the first tag that breaks the scheme.
    """
    if scheme == "auto":
        scheme = detect_scheme([tags for _, _, tags in sentences])
    spans = []
    for where, lines, tags in sentences:
        try:
            spans.append(tuple(spans_from_tags(tags, scheme=scheme, repair=repair)))
        except TagError as error:
            place = f"token {error.position + 1}" if lines is None else f"line {lines[error.position]}"
            mends = not repair and mendable(tags, scheme=scheme)
            hint = "; correct it, or repair all (--repair, or repair: true in a recipe)" if mends else "; correct it"
            raise DataError(f"{where}, {place}: {error}{hint}") from error
    return spans
