"""A whole text file that a stranger may have written: a regular one, of bounded size, in UTF-8."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

from silverner.projection.errors import DataError, MissingFileError

TO_UTF8 = "convert the file first; where it is Latin-1: iconv -f LATIN1 -t UTF-8 OLD > NEW"
"""What to do with a file in another encoding."""
MEGABYTE = 1 << 20


def open_regular(path: Path) -> io.BufferedReader:
    """Open a regular file to read its bytes. A pipe or a device is refused: reading it might never end.

    :param path: The file.
    :returns: The open file.
    :raises MissingFileError: when it does not exist or cannot be opened.
    :raises DataError: when it is no regular file.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        missing = MissingFileError(f"cannot read {path}: {error.strerror or error}")
        missing.strerror = error.strerror  # for a caller who says in other words what cannot be read
        raise missing from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise DataError(f"{path} is a folder, a pipe or a device; a regular file is needed")
    return os.fdopen(descriptor, "rb")


def read_text(path: Path, *, largest: int) -> str:
    """Read a text file. A pipe or a device is refused before it is read, since reading it might never end.

    :param path: The file.
    :param largest: The most bytes that such a file may have.
    :returns: Its text.
    :raises MissingFileError: when it does not exist or cannot be opened.
    :raises DataError: when it is no regular file, is larger, or is not UTF-8.
    """
    with open_regular(path) as file:
        data = file.read(largest + 1)
    if len(data) > largest:
        raise DataError(f"{path} has more than {largest // MEGABYTE} MB, too much for a file of its kind")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}: {data[error.start]:#04x} at byte {error.start + 1} is not UTF-8; {TO_UTF8}"
        ) from error
