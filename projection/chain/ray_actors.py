"""Applies stages by actors of Ray, on one machine or many that share the folders of store, texts and models."""

from __future__ import annotations

import logging
import os
import pickle
import socket
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self, TypeAlias

from silverner.projection.chain.loaded_models import keeping_models
from silverner.projection.chain.pool import WorkerHandle, WorkerPool
from silverner.projection.chain.worker import LogForwarder, Worker, sendable
from silverner.projection.errors import EngineError, MissingFileError, UsageError
from silverner.projection.registry import require_package

_PATIENCE = 5.0
"""Seconds in which an address must answer."""
_BEAT = 0.5
"""Seconds between two looks at how far the actors are."""

_Answer: TypeAlias = tuple[list[logging.LogRecord], Exception | None, bool]
"""What was logged, what went wrong, and whether the shard is in the store."""


class RayPool(WorkerPool):
    """Applies stages by Ray actors: each keeps its models for all shards, stages and languages."""

    def __init__(self, workers: int | None = None, *, address: str | None = None, gpus_per_worker: float = 0.0) -> None:
        """Plan the actors; nothing is started yet.

        :param workers: Number of actors; by default as many as the cluster has CPUs, or GPUs for.
        :param address: A running cluster: ``HOST:PORT``, or ``auto`` to find the one of this machine; by default a
            cluster of this machine alone is started.
        :param gpus_per_worker: GPUs of each actor; a half lets two share one.
        """
        super().__init__()
        self._wanted, self._address, self._gpus = workers, address, gpus_per_worker
        self._actors = 0
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Connect to the cluster.

        :raises MissingEngineError: when Ray is not installed.
        :raises EngineError: when the cluster does not answer.
        :raises UsageError: when the actors do not fit the cluster.
        """
        require_package("ray", "ray")
        with ExitStack() as opened:
            self._connect()
            opened.callback(self._disconnect)
            self._actors, free_cpus = self._fitting_actors()
            if self._gpus and free_cpus:
                self.beside = opened.enter_context(_CpuPool(free_cpus))
            super().__enter__()
            self._open = opened.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the actors and the connection."""
        super().__exit__(kind, error, at)
        self.beside = None
        self._open.__exit__(kind, error, at)

    @property
    def _count(self) -> int:
        return self._actors

    def _connect(self) -> None:
        import ray

        address = self._address or "local"
        host, _, port = address.rpartition("://")[2].rpartition(":")
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
        if address == "local":
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a cluster of ours tells nobody that it runs
            # Ray makes its workers nicer than other programs, so that on a busy machine they hardly run.
            options |= {"include_dashboard": False, "_system_config": {"worker_niceness": 0}}
        try:
            if port.isdecimal():  # Ray itself would try for a minute
                socket.create_connection((host, int(port)), timeout=_PATIENCE).close()
            ray.init(address=address, **options)
        except (OSError, RuntimeError, ValueError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise EngineError(
                f"no Ray cluster can be reached at --ray-address {address} ({reason:.120}); start one with "
                "'ray start --head', or leave --ray-address out to use this machine"
            ) from error

    def _disconnect(self) -> None:
        import ray

        ray.shutdown()

    def _fitting_actors(self) -> tuple[int, int]:
        """Return the number of actors, and of CPUs that they leave, after a look at what the cluster has."""
        import ray

        resources = ray.cluster_resources()
        cpus, gpus = int(resources.get("CPU", 0)), resources.get("GPU", 0.0)
        most = min(cpus, int(gpus / self._gpus)) if self._gpus else cpus
        if max(self._wanted or 1, 1) > most:
            each = f" and {self._gpus:g} GPUs" if self._gpus else ""
            raise UsageError(
                f"--workers {self._wanted or 1}: each worker takes 1 CPU{each}; the Ray cluster has {cpus} CPUs and "
                f"{gpus:g} GPUs, so {most} workers at most"
            )
        actors = self._wanted or most
        return actors, cpus - actors

    def _packed(self, pickled: bytes) -> Any:
        import ray

        return ray.put(pickled)

    def _new_worker(self) -> _ActorHandle:
        return _ActorHandle(self._gpus)

    def _events(self, busy: Sequence[_ActorHandle]) -> Iterator[tuple[_ActorHandle, str, Any]]:
        import ray

        finished, _ = ray.wait([worker.answer for worker in busy], timeout=_BEAT)
        for worker in busy:
            events = worker.finish() if worker.answer in finished else worker.look()
            for kind, content in events:
                yield worker, kind, content

    def _stop(self, *, kill: bool) -> None:
        import ray

        for worker in self._workers:
            ray.kill(worker.actor)

    def keep_models(self, models: Collection[str]) -> None:
        """Free the other models, here and in every actor, see :class:`Executor`."""
        import ray

        super().keep_models(models)
        answers = [worker.answer for worker in self._workers if not worker.starting]
        if answers:
            # Else the next stage could be given to an actor that still holds the models of the last one.
            ray.wait(answers, num_returns=len(answers), timeout=_PATIENCE)


class _CpuPool(RayPool):
    """Actors without a GPU, for the stages without models, on the CPUs that the others leave."""

    def __init__(self, actors: int) -> None:
        """Plan the actors; the pool beside it is connected to the cluster."""
        super().__init__()
        self._actors = actors

    def __enter__(self) -> Self:
        """Begin a context."""
        WorkerPool.__enter__(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the actors."""
        WorkerPool.__exit__(self, kind, error, at)


class _ActorHandle(WorkerHandle):
    """An actor."""

    def __init__(self, gpus: float) -> None:
        """Start it."""
        import ray

        super().__init__()
        options = {"num_cpus": 1, "num_gpus": gpus, "max_restarts": 0, "max_concurrency": 2}
        remote: Any = ray.remote(_Actor)
        self.actor = remote.options(scheduling_strategy="SPREAD", **options).remote(str(Path.cwd()))
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
