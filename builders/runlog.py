"""The run log: what was built when, and what stopped it, in a file beside the corpus."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from projection.errors import OutputError

LOG = logging.getLogger("silverner")


@contextmanager
def run_log(path: Path) -> Iterator[None]:
    """Append the run's log to a file while a block runs.

    :param path: The file.
    :raises OutputError: when it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}; choose another folder with --out"
        ) from error
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
