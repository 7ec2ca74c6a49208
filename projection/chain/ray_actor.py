"""An actor of Ray, which applies stages, and its handle in the program that started it."""

from __future__ import annotations

import logging
import os
import pickle
import socket
from collections.abc import Collection, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

from silverner.projection.chain.loaded_models import keeping_models
from silverner.projection.chain.pool import WorkerHandle
from silverner.projection.chain.worker import LogForwarder, Worker, sendable
from silverner.projection.errors import MissingFileError

_Answer: TypeAlias = tuple[list[logging.LogRecord], Exception | None, bool]
"""What was logged, what went wrong, and whether the shard is in the store."""


class ActorHandle(WorkerHandle):
    """An actor."""

    def __init__(self, gpus: float, room: Any) -> None:
        """Start it, in a placement group if there is one."""
        import ray
        from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

        super().__init__()
        options = {"num_cpus": 1, "num_gpus": gpus, "max_restarts": 0, "max_concurrency": 2}
        remote: Any = ray.remote(_Actor)
        strategy = "SPREAD" if room is None else PlacementGroupSchedulingStrategy(placement_group=room)
        self.actor = remote.options(scheduling_strategy=strategy, **options).remote(str(Path.cwd()))
        self.answer = self.actor.ready.remote()
        self._share: Any = None

    def give(self, task: Any, shard: int) -> None:
        """Hand over a shard."""
        self.shard = shard
        self.answer = self.actor.run.remote(task, shard)

    def ended(self) -> str | None:
        """Say how it ended while it waited, as the answer to the end of its last stage tells."""
        import ray

        try:
            if ray.wait([self.answer], timeout=0)[0]:
                ray.get(self.answer)
        except ray.exceptions.RayError as problem:
            return _reason(problem)
        return None

    def end_stage(self, models: Collection[str]) -> None:
        """Let it drop its stage, and all models but these."""
        if not self.starting:
            self.answer = self.actor.end_stage.remote(frozenset(models))

    def finish(self) -> Iterator[tuple[str, Any]]:
        """Return the events of an answer that is there."""
        import ray

        self._share = None
        try:
            records, error, is_made = ray.get(self.answer)
        except ray.exceptions.RayError as problem:
            yield "died", _reason(problem)
            return
        for record in records:
            yield "log", record
        if self.starting:
            yield ("died", str(error)) if error is not None else ("ready", None)
        else:
            yield ("done", is_made) if error is None else ("failed", error)

    def look(self) -> Iterator[tuple[str, Any]]:
        """Ask how far it is, and return the answer to the last time this was asked."""
        import ray

        if self.shard is None:
            return
        if self._share is not None:
            if not ray.wait([self._share], timeout=0)[0]:
                return
            with suppress(ray.exceptions.RayError):  # its end is seen by the answer to the shard
                yield "share", ray.get(self._share)
        self._share = self.actor.share.remote()


def _reason(problem: Exception) -> str:
    """Shorten what Ray says to its first line, what happened, and its last, why."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()] or [type(problem).__name__]
    return lines[0] if len(lines) == 1 else f"{lines[0]} {lines[-1]}"


class _Actor:
    """What runs on a machine of the cluster. Ray calls it by two threads, so that it can say how far it is."""

    def __init__(self, folder: str) -> None:
        """Begin without a stage.

        :param folder: The folder that relative paths start from.
        """
        self._folder, self._worker, self._task = folder, Worker(), b""
        self._records: list[logging.LogRecord] = []
        self._share, self._lock, self._open = 0.0, Lock(), ExitStack()

    def ready(self) -> _Answer:
        """Prepare the process."""
        LogForwarder(self._records.append).install()
        self._open.enter_context(keeping_models())
        with suppress(OSError):  # without it, a path that is needed is missed by whoever opens it
            os.chdir(self._folder)
        return [], None, False

    def share(self) -> float:
        """Return which share of the shard is finished."""
        return self._share

    def run(self, task: bytes, shard: int) -> _Answer:
        """Apply a stage to a shard."""
        problem: Exception | None = None
        is_made = False
        with self._lock:
            try:
                if task != self._task:
                    self._worker.begin(_unpack(task))
                    self._task = task
                is_made = self._worker.run(shard, self._tell)
            except Exception as error:
                problem = sendable(error)
            self._share = 0.0
            records, self._records[:] = list(self._records), []
        return records, problem, is_made

    def end_stage(self, models: frozenset[str]) -> _Answer:
        """Drop the stage, and all models but these."""
        with self._lock:
            self._worker.end_stage(models)
            self._task = b""
        return [], None, False

    def _tell(self, share: float) -> None:
        self._share = share


def _unpack(pickled: bytes) -> Any:
    """Read a task, and check that this machine sees its store."""
    task = pickle.loads(pickled)  # noqa: S301  our own program wrote it
    if not task.store.is_seen_here():
        raise MissingFileError(
            f"the machine {socket.gethostname()} of the Ray cluster has no folder {task.store}; store, texts and "
            "models must lie in a folder that all its machines share (--store DIR)"
        )
    return task
