"""A pool of workers, whatever a worker is: it gives out shards, and replaces workers that die."""

from __future__ import annotations

import logging
import pickle
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

from silverner.projection.chain.executors import Executor, InProcess, ShardReport
from silverner.projection.chain.shard_queue import ShardQueue
from silverner.projection.chain.stage_task import StageTask
from silverner.projection.chain.worker import log_again
from silverner.projection.errors import EngineError

LOG = logging.getLogger("silverner")
_MOST_FAILED_STARTS = 3


class WorkerHandle(ABC):
    """A worker, seen from the program that started it.

    It says what happens by events of a kind and a content: ``ready``, ``log`` (a record), ``share`` (of its shard that
    is finished), ``done`` (whether its shard is in the store), ``failed`` (an error) and ``died`` (how).
    """

    def __init__(self) -> None:
        """Begin to start; the worker says when it is ready."""
        self.starting = True
        self.shard: int | None = None
        """The shard it works on."""

    @property
    def idle(self) -> bool:
        """Whether it waits for a shard."""
        return not self.starting and self.shard is None

    @abstractmethod
    def give(self, task: Any, shard: int) -> None:
        """Hand over a shard.

        :param task: The task, as :meth:`WorkerPool._packed` returns it.
        :param shard: Number of the shard.
        """

    def ended(self) -> str | None:
        """Say how it ended while it waited; ``None`` while it runs, or where only its next answer tells."""
        return None

    @abstractmethod
    def end_stage(self, models: Collection[str]) -> None:
        """Let it drop its stage, and all models but these."""


class WorkerPool(ABC):
    """Applies stages by workers.

    They start with the first stage that has several shards, and serve all stages of all chains. A shard whose worker
    dies is given to another one.
    """

    beside: Executor | None = None

    def __init__(self) -> None:
        """Start nothing yet."""
        self._workers: list[Any] = []
        self._failed_starts = 0
        self._in_process = InProcess()

    def __enter__(self) -> Self:
        """Begin a context, which stops the workers at its end."""
        self._in_process.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop the workers; after an error, without waiting for the shards that are under way."""
        self._stop(kill=error is not None)
        self._workers.clear()
        self._in_process.__exit__(kind, error, at)

    @property
    @abstractmethod
    def _count(self) -> int:
        """The most workers."""

    @abstractmethod
    def _new_worker(self) -> WorkerHandle:
        """Start a worker."""

    @abstractmethod
    def _events(self, busy: Sequence[Any]) -> Iterator[tuple[Any, str, Any]]:
        """Wait, and return what happened: the worker, and kind and content of each event."""

    @abstractmethod
    def _stop(self, *, kill: bool) -> None:
        """Stop all workers: at once, or when they are finished."""

    def _packed(self, pickled: bytes) -> Any:
        """Prepare a pickled task for all workers."""
        return pickled

    def keep_models(self, models: Collection[str]) -> None:
        """Free the other models, here and in every worker, see :class:`Executor`."""
        self._in_process.keep_models(models)
        for worker in self._workers:
            worker.end_stage(models)

    def apply(self, task: StageTask, shards: Sequence[int], tell: ShardReport) -> Iterator[int]:
        """Apply a stage to shards, see :class:`Executor`; a single shard is not worth starting a worker."""
        self._forget_ended()
        if len(shards) <= 1 and not self._workers:
            yield from self._in_process.apply(task, shards, tell)
            return
        queue = ShardQueue(task.stage.name, shards)
        try:
            yield from self._apply(task, queue, tell)
        except BaseException:
            # Else a worker that still has a shard of this stage would report it to the next stage as one of its own.
            self._stop(kill=True)
            self._workers.clear()
            raise
        queue.close()

    def _apply(self, task: StageTask, queue: ShardQueue, tell: ShardReport) -> Iterator[int]:
        """Give out shards until all are finished, and return those that are."""
        packed = self._packed(pickle.dumps(task))
        while not queue.finished:
            self._give_out(queue, packed)
            for worker, kind, content in self._events([worker for worker in self._workers if not worker.idle]):
                shard = worker.shard
                self._take(worker, kind, content, queue)
                if kind == "died":
                    task.store.remove_temporaries()
                elif kind == "share":
                    tell(shard, content)
                elif kind == "done" and content:
                    yield shard

    def _forget_ended(self) -> None:
        """Drop workers that died while they waited: no shard is to blame for it."""
        for worker in [worker for worker in self._workers if worker.idle]:
            if (why := worker.ended()) is not None:
                LOG.warning("a worker died while it waited (%s); another one takes its place", why)
                self._workers.remove(worker)

    def _give_out(self, queue: ShardQueue, packed: Any) -> None:
        """Give shards to idle workers, and start as many more as there are shards for."""
        for worker in self._workers:
            if worker.idle and queue.waiting:
                worker.give(packed, queue.take())
        starting = sum(worker.starting for worker in self._workers)
        for _ in range(min(self._count - len(self._workers), queue.waiting - starting)):
            self._workers.append(self._new_worker())

    def _take(self, worker: WorkerHandle, kind: str, content: Any, queue: ShardQueue) -> None:
        """Take note of an event."""
        shard = worker.shard
        if kind == "log":
            log_again(content)
        elif kind == "ready":
            worker.starting, self._failed_starts = False, 0
        elif kind == "died":
            self._workers.remove(worker)
            if shard is None:
                self._failed_to_start(content)
            else:
                queue.died(shard, content)
        elif shard is not None and kind in {"done", "failed"}:
            worker.shard = None
            if kind == "done":
                queue.done(shard)
            else:
                queue.failed(shard, content)

    def _failed_to_start(self, why: str) -> None:
        self._failed_starts += 1
        if self._failed_starts >= _MOST_FAILED_STARTS:  # in the stages of other languages too
            raise EngineError(
                f"the workers end while they start ({why}); run again with --executor local. A program of your own "
                'must start the build below the line: if __name__ == "__main__":'
            )
