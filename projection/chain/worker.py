"""A worker: it applies stages to shards, in a process of its own, and keeps stage and models between shards."""

from __future__ import annotations

import logging
import pickle
import time
import traceback
from collections.abc import Callable, Collection
from logging.handlers import QueueHandler
from typing import Any

from silverner.projection.chain.loaded_models import keep_only
from silverner.projection.chain.reports import Report, listening
from silverner.projection.chain.stage import release
from silverner.projection.chain.stage_task import StageTask
from silverner.projection.errors import EngineError

PAUSE = 0.1
"""Least number of seconds between two reports of a share."""


class Worker:
    """Applies one stage after another to shards. The process that makes it keeps models meanwhile."""

    def __init__(self) -> None:
        """Begin without a stage."""
        self._task: StageTask | None = None
        self._is_prepared = False

    def begin(self, task: StageTask) -> None:
        """Get a stage.

        :param task: The stage, and where its shards are.
        """
        self.end_stage()
        self._task, self._is_prepared = task, False

    def run(self, shard: int, tell: Report) -> bool:
        """Apply the stage to a shard.

        :param shard: Number of the shard.
        :param tell: Takes the share of it that is finished, some times a second at most.
        :returns: Whether its output is in the store; another build may be at it.
        :raises SilvernerError: whatever the stage raises, or the store.
        """
        assert self._task is not None
        if not self._is_prepared:
            self._task.bring_artefact()
            self._is_prepared = True
        with listening(_now_and_then(tell)):
            return self._task.run(shard)

    def end_stage(self, models: Collection[str] | None = None) -> None:
        """Drop the stage.

        :param models: The models to keep; all of them if left out.
        """
        if self._task is not None:
            release(self._task.stage)
        self._task = None
        if models is not None:
            keep_only(models)


def _now_and_then(tell: Report) -> Report:
    """Forward a share only when some time has passed since the last one."""
    last = [float("-inf")]

    def forward(share: float) -> None:
        now = time.monotonic()
        if now - last[0] >= PAUSE:
            last[0] = now
            tell(share)

    return forward


class LogForwarder(QueueHandler):
    """Hands what is logged in a worker to a function, which sends it to the program that logs."""

    def __init__(self, send: Callable[[logging.LogRecord], None]) -> None:
        """Use a function.

        :param send: Takes records that can be pickled.
        """
        super().__init__(None)  # type: ignore[arg-type]  # there is no queue
        self._send = send

    def enqueue(self, record: logging.LogRecord) -> None:
        """Send a record."""
        self._send(record)

    def install(self) -> None:
        """Let our logger use nothing else."""
        logger = logging.getLogger("silverner")
        logger.handlers, logger.propagate = [self], False
        logger.setLevel(logging.INFO)


def log_again(record: logging.LogRecord) -> None:
    """Log a record of a worker as if it had been made here.

    :param record: The record.
    """
    logging.getLogger(record.name).handle(record)


def sendable(error: Exception) -> Exception:
    """Prepare an error for the way to another process: its traceback, which would be lost, becomes a note.

    :param error: The error.
    :returns: The error; an :class:`~silverner.projection.errors.EngineError` if it cannot be pickled.
    """
    where = "".join(traceback.format_exception(error))
    error.__traceback__ = None
    try:
        copy: Any = pickle.loads(pickle.dumps(error))  # noqa: S301  made a moment ago
    except Exception:  # whatever the class does when it is pickled, the message must arrive
        copy = EngineError(f"{type(error).__name__}: {error}")
    copy.add_note(f"in a worker:\n{where}")
    result: Exception = copy
    return result
