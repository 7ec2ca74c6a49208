"""Applies stages in several processes of this machine. One pool serves a whole build.

A worker gets a stage once and shards by number, over a pipe of its own: nothing is shared that a worker which is killed
could leave locked.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from silverner.projection.chain.executors import InProcess, ShardReport
from silverner.projection.chain.loaded_models import keeping_models
from silverner.projection.chain.shard_queue import ShardQueue
from silverner.projection.chain.stage_task import StageTask
from silverner.projection.chain.worker import LogForwarder, Worker, log_again, sendable
from silverner.projection.errors import EngineError

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_MOST_FAILED_STARTS = 3
_PATIENCE = 5.0
"""Seconds that a worker has to end by itself."""


class ProcessPool:
    """Applies stages in several processes.

    They start with the first stage that has several shards, and serve all stages of all chains. A shard whose worker
    dies is given to another one.
    """

    def __init__(self, workers: int) -> None:
        """Plan the processes; none is started yet.

        :param workers: Number of processes.
        """
        self._count = workers
        self._workers: list[_Process] = []
        self._failed_starts = 0
        self._here = InProcess()

    def __enter__(self) -> Self:
        """Begin a context, which stops the processes at its end."""
        self._here.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop the processes; after an error, without waiting for the shards that are under way."""
        for worker in self._workers:
            worker.stop(kill=error is not None)
        for worker in self._workers:
            worker.wait()
        self._workers.clear()
        self._here.__exit__(kind, error, at)

    def keep_models(self, models: Collection[str]) -> None:
        """Free the other models, here and in every worker, see :class:`Executor`."""
        self._here.keep_models(models)
        for worker in self._workers:
            worker.end_stage(models)

    def apply(self, task: StageTask, shards: Sequence[int], tell: ShardReport) -> Iterator[int]:
        """Apply a stage to shards, see :class:`Executor`; a single shard is not worth starting a process."""
        if len(shards) <= 1 and not self._workers:
            yield from self._here.apply(task, shards, tell)
            return
        queue, pickled = ShardQueue(task.stage.name, shards), pickle.dumps(task)
        while not queue.finished:
            self._give_out(queue, pickled)
            busy = [worker for worker in self._workers if not worker.idle]
            ready = wait([worker.connection for worker in busy])
            for worker in busy:
                if worker.connection in ready:
                    yield from self._receive(worker, queue, task, tell)
        queue.close()

    def _give_out(self, queue: ShardQueue, pickled: bytes) -> None:
        """Give shards to idle workers, and start as many more as there is work for."""
        for worker in self._workers:
            if worker.idle and queue.waiting:
                worker.give(pickled, queue.take())
        starting = sum(worker.starting for worker in self._workers)
        while len(self._workers) < self._count and starting < queue.waiting:
            with _one_thread():
                self._workers.append(_Process())
            starting += 1

    def _receive(self, worker: _Process, queue: ShardQueue, task: StageTask, tell: ShardReport) -> Iterator[int]:
        """Act on one message of a worker, or on its end."""
        try:
            kind, content = worker.connection.recv()
        except (EOFError, OSError):
            self._bury(worker, queue)
            task.store.remove_temporaries()
            return
        shard = worker.shard
        if kind == "log":
            log_again(content)
        elif kind == "ready":
            worker.starting, self._failed_starts = False, 0
        elif shard is not None and kind == "share":
            tell(shard, content)
        elif shard is not None:
            worker.shard = None
            if kind == "failed":
                queue.failed(shard, content)
            else:
                queue.done(shard)
                yield shard

    def _bury(self, worker: _Process, queue: ShardQueue) -> None:
        """Take a dead worker off the list, and its shard back."""
        self._workers.remove(worker)
        why = worker.end()
        if worker.shard is not None:
            queue.died(worker.shard, why)
            return
        self._failed_starts += 1
        if self._failed_starts == _MOST_FAILED_STARTS:
            raise EngineError(
                f"the processes of --workers end while they start ({why}); run again without --workers. A program of "
                'your own must start the build below: if __name__ == "__main__":'
            )


class _Process:
    """A worker process, seen from the program that started it."""

    def __init__(self) -> None:
        """Start it."""
        # The server imports once what the stages need, and forks: a process that starts by itself imports for seconds.
        context = get_context("forkserver")
        context.set_forkserver_preload(sorted(name for name in sys.modules if name.startswith("silverner.projection.")))
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()  # so that the end of the process is the end of the pipe
        self.starting = True
        self.shard: int | None = None
        """The shard it works on."""
        self._pickled: bytes | None = None

    @property
    def idle(self) -> bool:
        """Whether it waits for a shard."""
        return not self.starting and self.shard is None

    def give(self, pickled: bytes, shard: int) -> None:
        """Hand over a shard, and before that the stage, if it is another one than before."""
        self.shard = shard
        if pickled != self._pickled:
            self._send("begin", pickled)
            self._pickled = pickled
        self._send("run", shard)

    def end_stage(self, models: Collection[str]) -> None:
        """Let it drop its stage, and all models but these."""
        self._pickled = None
        self._send("end_stage", frozenset(models))

    def _send(self, kind: str, content: object) -> None:
        with suppress(OSError):  # it is dead, which the next receiving notices
            self.connection.send((kind, content))

    def stop(self, *, kill: bool) -> None:
        """Let it end: at once, or when its shard is finished."""
        if kill:
            self._process.kill()
        self.connection.close()

    def wait(self) -> None:
        """Wait until it has ended."""
        self._process.join(_PATIENCE)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()

    def end(self) -> str:
        """Describe how it ended; its pipe has ended already."""
        self.connection.close()
        self.wait()
        code = self._process.exitcode or 0
        if code >= 0:
            return f"it ended with exit code {code}"
        with suppress(ValueError):
            name = signal.Signals(-code).name
            return f"killed by {name}" + (": out of memory?" if name == "SIGKILL" else "")
        return f"killed by signal {-code}"


@contextmanager
def _one_thread() -> Iterator[None]:
    """Give the processes started meanwhile one thread each for their arithmetic; with more they wait for each other."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _serve(connection: Connection) -> None:
    """Do what the program asks for, until it closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C stops the program alone, which ends its workers
    Thread(target=_end_with_parent, daemon=True).start()
    lock = Lock()

    def send(kind: str, content: object = None) -> None:
        with lock:
            connection.send((kind, content))

    LogForwarder(lambda record: send("log", record)).install()
    worker = Worker()
    with keeping_models(), suppress(EOFError, BrokenPipeError, ConnectionResetError):
        send("ready")
        while True:
            kind, content = connection.recv()
            _answer(worker, kind, content, send)


def _answer(worker: Worker, kind: str, content: Any, send: Callable[..., None]) -> None:
    """Do one thing that the program asks for; what goes wrong is sent when it waits for a shard."""
    if kind == "begin":
        worker.begin(pickle.loads(content))  # noqa: S301  our own program wrote it
    elif kind == "end_stage":
        worker.end_stage(content)
    else:
        try:
            worker.run(content, lambda share: send("share", share))
        except Exception as error:
            send("failed", sendable(error))
        else:
            send("done")


def _end_with_parent() -> None:
    """End this process when its parent has ended: a parent that is killed cannot stop its workers."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
