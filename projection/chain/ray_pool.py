"""Applies stages by actors of Ray, on one machine or many that share the folders of store, texts and models."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from silverner.projection.chain.executors import ShardReport
from silverner.projection.chain.pool import WorkerPool
from silverner.projection.chain.ray_actor import ActorHandle
from silverner.projection.chain.ray_room import room_for
from silverner.projection.chain.stage_task import StageTask
from silverner.projection.errors import EngineError, UsageError
from silverner.projection.registry import require_package

_PATIENCE = 5.0
"""Seconds in which an address must answer."""
_BEAT = 0.5
"""Seconds between two looks at how far the actors are."""


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
        self._room: Any = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Connect to the cluster.

        :raises MissingEngineError: when Ray is not installed.
        :raises EngineError: when the cluster does not answer, or others use it.
        :raises UsageError: when the actors do not fit the cluster.
        """
        require_package("ray", "ray")
        with ExitStack() as opened:
            self._connect()
            opened.callback(self._disconnect)
            self._actors, other_cpus = self._fitting_actors()
            if self._gpus and other_cpus:
                self._room = opened.enter_context(room_for(self._actors, gpus=self._gpus))
                self.beside = opened.enter_context(_CpuPool(other_cpus))
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

    def _new_worker(self) -> ActorHandle:
        return ActorHandle(self._gpus, self._room)

    def _events(self, busy: Sequence[ActorHandle]) -> Iterator[tuple[ActorHandle, str, Any]]:
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
        super().keep_models(models)
        self._wait_for_ends()

    def _wait_for_ends(self) -> None:
        import ray

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

    def apply(self, task: StageTask, shards: Sequence[int], tell: ShardReport) -> Iterator[int]:
        """Apply a stage; the end of the stage before tells which actors died meanwhile."""
        self.keep_models(())
        yield from super().apply(task, shards, tell)

    def keep_models(self, models: Collection[str]) -> None:
        """Let every actor drop its stage; no model is loaded here."""
        for worker in self._workers:
            worker.end_stage(models)
        self._wait_for_ends()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the actors."""
        WorkerPool.__exit__(self, kind, error, at)
