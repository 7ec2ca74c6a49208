"""The run log: what was built when, and what stopped it, in a file beside the corpus."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from silverner.projection.errors import OutputError

LOG = logging.getLogger("silverner")


class _Handler(logging.FileHandler):
    """Writes the log; a full disk must not hide what the run itself has to say."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name logging calls
        """Let the run go on without its log."""

    def close(self) -> None:
        """Close the file, whatever is left to write."""
        with suppress(OSError):
            super().close()


@contextmanager
def run_log(path: Path) -> Iterator[None]:
    """Append the run's log to a file while a block runs; meanwhile no other run may write into its folder.

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
    try:
        fcntl.flock(handler.stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handler.close()
        raise OutputError(f"another build is writing into {path.parent}; wait for it, or build elsewhere") from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOG.setLevel(logging.INFO)
    LOG.addHandler(handler)
    try:
        yield
    except BaseException as error:
        LOG.error("stopped: %s", str(error) or type(error).__name__)
        raise
    finally:
        LOG.removeHandler(handler)
        handler.close()
