"""Lines of text files: compressed or not, in UTF-8, or in UTF-16 or UTF-32 with a byte-order mark."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.parsing.text_file import MEGABYTE, TO_UTF8, open_regular

LONGEST_LINE = 512 * MEGABYTE
"""Bytes of the longest line; JSON documents are often one line."""
_CHUNK = MEGABYTE // 4
"""Bytes that are decoded at once."""
_PACKED_ENDINGS = frozenset({".gz", ".bz2", ".xz", ".zst"})
_MOST_GROWTH, _FREE_GROWTH = 200, 64 * MEGABYTE
"""Text shrinks to a fifth or a tenth; a file that grows by more than this is made to fill the memory."""


def _open_zstandard(file: BinaryIO) -> Any:
    import pyarrow as pa

    return pa.CompressedInputStream(file, "zstd")


_UNPACKERS: dict[bytes, Callable[[BinaryIO], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
    b"\x28\xb5\x2f\xfd": _open_zstandard,
}
"""How the compressed files begin, and what reads them."""
_WIDE_ENCODINGS = {
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_SPREADSHEETS = frozenset({".xlsx", ".xls", ".ods", ".numbers"})
_UTF8_MARK = b"\xef\xbb\xbf"


def ending_of(path: Path) -> str:
    """Return the ending of a file's name in small letters, without that of its compression.

    :param path: The file.
    :returns: The ending, with its dot.

    >>> ending_of(Path("train.conll.gz")), ending_of(Path("TRAIN.TSV")), ending_of(Path("train"))
    ('.conll', '.tsv', '')
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _PACKED_ENDINGS:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Read a text file line by line. It may be compressed (gzip, bzip2, xz, Zstandard), whatever its name.

    :param path: The file.
    :returns: Pairs of line number (from 1) and line without its end.
    :raises MissingFileError: when it cannot be opened.
    :raises DataError: when it is empty, binary, damaged, no regular file, or in another encoding.
    """
    return enumerate(lines_of(path), start=1)


def lines_of(path: Path) -> Iterator[str]:
    """Read a text file line by line, as :func:`numbered_lines` does, without the numbers.

    :param path: The file.
    :returns: The lines without their ends.
    :raises MissingFileError: when it cannot be opened.
    :raises DataError: as :func:`numbered_lines` does.
    """
    try:
        with _open_unpacked(path) as file:
            lines = _decoded_lines(path, file)
            first = next(lines, None)
            if first is None:
                raise DataError(f"{path}: the file is empty")
            yield first
            yield from lines
    except OSError as error:
        raise MissingFileError(f"cannot read {path}: {error.strerror or error}") from error


def _open_unpacked(path: Path) -> io.BufferedReader:
    """Open a file, and unpack it if it begins as a compressed one does."""
    file = open_regular(path)
    for magic, unpack in _UNPACKERS.items():
        if file.peek(len(magic))[: len(magic)] == magic:
            return io.BufferedReader(_Unpacked(path, file, unpack))
    return file


class _Unpacked(io.RawIOBase):
    """The bytes of a compressed file; damage, and growth beyond all measure, are errors that name the file."""

    def __init__(self, path: Path, packed: BinaryIO, unpack: Callable[[BinaryIO], Any]) -> None:
        """Begin to unpack."""
        self._path, self._packed, self._count = path, packed, 0
        self._stream = unpack(packed)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Unpack the next bytes."""
        try:
            data = self._stream.read(len(buffer))
        except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
            raise DataError(
                f"{self._path}: the compressed file is damaged ({error}); copy or download it again"
            ) from error
        self._count += len(data)
        if self._count > _FREE_GROWTH and self._count > _MOST_GROWTH * self._packed.tell():
            raise DataError(
                f"{self._path}: unpacked, it is more than {_MOST_GROWTH} times as large, which no text is; unpack it "
                "yourself if you trust it"
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the compressed file."""
        self._packed.close()
        super().close()


def _decoded_lines(path: Path, file: io.BufferedReader) -> Iterator[str]:
    """Decode a file line by line."""
    head = file.peek(4)[:4]
    encoding = next((name for mark, name in _WIDE_ENCODINGS.items() if head.startswith(mark)), None)
    if encoding is not None:
        return _wide_lines(path, file, encoding)
    return _utf8_lines(path, file)


def _wide_lines(path: Path, file: io.BufferedReader, encoding: str) -> Iterator[str]:
    """Decode UTF-16 and UTF-32, in which the bytes of a line end are no line end on their own."""
    text = io.TextIOWrapper(file, encoding=encoding, newline="\n")
    number = 1
    try:
        while line := text.readline(LONGEST_LINE):
            _check_line(path, number, line)
            yield _without_end(path, number, line)
            number += 1
    except UnicodeError as error:
        raise DataError(f"{path}, line {number}: not {encoding.upper()}, as its first bytes say: {error}") from error


def _utf8_lines(path: Path, file: io.BufferedReader) -> Iterator[str]:
    """Decode UTF-8: many lines at once, and one by one where something is to be said of a line."""
    number = 1
    # A chunk ends inside a line, so the rest of that line is read with it.
    while chunk := file.read(_CHUNK) + file.readline(LONGEST_LINE):
        text = None if number == 1 and chunk.startswith(_UTF8_MARK) else _plain_text(chunk)
        if text is not None:
            lines = text.removesuffix("\n").split("\n")
            yield from lines
            number += len(lines)
            continue
        for line in chunk.removesuffix(b"\n").split(b"\n"):
            yield _decoded_line(path, number, line)
            number += 1


def _plain_text(chunk: bytes) -> str | None:
    """Decode whole lines that need no look at each of them."""
    text = chunk.replace(b"\r\n", b"\n")
    if len(text) >= LONGEST_LINE or b"\0" in text or b"\r" in text:
        return None
    try:
        return text.decode()
    except UnicodeDecodeError:
        return None


def _decoded_line(path: Path, number: int, line: bytes) -> str:
    """Decode one line, and name the byte that is no UTF-8."""
    _check_line(path, number, line)
    start = len(_UTF8_MARK) if number == 1 and line.startswith(_UTF8_MARK) else 0
    try:
        return _without_end(path, number, line[start:].decode())
    except UnicodeDecodeError as error:
        at = start + error.start
        raise DataError(f"{path}, line {number}: {line[at]:#04x} at byte {at + 1} is not UTF-8; {TO_UTF8}") from error


def _without_end(path: Path, number: int, line: str) -> str:
    """Leave out the end of a line; refuse a carriage return elsewhere."""
    line = line.rstrip("\r\n")
    if "\r" in line:
        raise DataError(f"{path}, line {number}: a carriage return inside a line; convert the line ends first")
    return line


def _check_line(path: Path, number: int, line: str | bytes) -> None:
    """Refuse a line that is binary, or longer than any line of text."""
    if (b"\0" in line) if isinstance(line, bytes) else ("\0" in line):
        advice = "; save the spreadsheet as CSV (UTF-8)" if path.suffix.lower() in _SPREADSHEETS else ""
        raise DataError(f"{path}, line {number}: this is a binary file, not text{advice}")
    if len(line) >= LONGEST_LINE:
        raise DataError(f"{path}, line {number}: the line has more than {LONGEST_LINE // MEGABYTE} MB; break it up")
