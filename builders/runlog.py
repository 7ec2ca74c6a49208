"""The run log: a file beside the corpus that says what was built when, and what stopped a run.

Warnings are written to standard error too.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tqdm import tqdm

from silverner.projection.errors import OutputError
from silverner.projection.readers.reading_log import OncePerFile
from silverner.projection.text.display import readable

LOG = logging.getLogger("silverner")


class _Handler(logging.FileHandler):
    """Writes the log; an error of its own (a full disk) must not hide the error of the run."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name logging calls
        """Ignore the error: the run goes on without its log."""

    def close(self) -> None:
        """Close the file, even where the rest cannot be written."""
        with suppress(OSError):
            super().close()


class _Formatter(logging.Formatter):
    """Writes control characters as escapes, and the lines of one message so that none looks like another message."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one message."""
        return readable(super().format(record)).replace("\n", "\n    ")


class _Warnings(logging.Handler):
    """Writes warnings to standard error, above the bar that shows progress.

    Errors stop the command, which writes them itself; and so it does with what readers say of files.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Choose the warnings of this program's own logger."""
        return record.levelno == logging.WARNING and record.name == LOG.name

    def emit(self, record: logging.LogRecord) -> None:
        """Write one warning."""
        tqdm.write(readable(f"warning: {record.getMessage()}"), file=sys.stderr)


@contextmanager
def run_log(path: Path) -> Iterator[None]:
    """Log a run to a file, and keep other runs out of its folder meanwhile.

    :param path: The file.
    :raises OutputError: when it cannot be written, or another run is at work there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = _Handler(path, encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}; choose another folder with --out"
        ) from error
    assert handler.stream is not None
    if os.fstat(handler.stream.fileno()).st_nlink > 1:
        handler.close()
        raise OutputError(f"{path} has a second name elsewhere (a hard link), which the log would change; delete it")
    try:
        fcntl.flock(handler.stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handler.close()
        raise OutputError(f"another build is writing into {path.parent}; wait for it, or build elsewhere") from error
    handler.addFilter(OncePerFile())
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOG.setLevel(logging.INFO)
    with _handled_by(handler), warnings_shown():
        try:
            yield
        except BaseException as error:
            LOG.error("stopped: %s", str(error) or type(error).__name__)
            raise


@contextmanager
def warnings_shown() -> Iterator[None]:
    """Write warnings to standard error meanwhile, above the bar that shows progress."""
    with _handled_by(_Warnings()):
        yield


@contextmanager
def _handled_by(handler: logging.Handler) -> Iterator[None]:
    LOG.addHandler(handler)
    try:
        yield
    finally:
        LOG.removeHandler(handler)
        handler.close()
