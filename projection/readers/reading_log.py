"""Says how files are read, where ``auto`` found their format: in the run log, and on the terminal."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

LOG = logging.getLogger("silverner.readers")


class OncePerFile(logging.Filter):
    """Lets what is said of a file pass once, however often the file is read; other messages pass always."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        super().__init__()
        self._said: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a message is new."""
        if record.name != LOG.name:
            return True
        message = record.getMessage()
        is_new = message not in self._said
        self._said.add(message)
        return is_new


@contextmanager
def formats_shown(stream: TextIO) -> Iterator[None]:
    """Show on a stream in which formats files are read, where that was guessed.

    :param stream: Standard error, for a command.
    """
    handler = logging.StreamHandler(stream)
    handler.setLevel(logging.WARNING)
    handler.addFilter(OncePerFile())
    LOG.addHandler(handler)
    try:
        yield
    finally:
        LOG.removeHandler(handler)
