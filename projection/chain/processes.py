"""Applies stages in several processes of this machine. One pool serves a whole build.

A worker gets a stage once and shards by number, over a pipe of its own: nothing is shared that a worker which is killed
could leave locked.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Lock, Thread
from typing import Any, Self

from silverner.projection.chain.gpus import environment_of_worker
from silverner.projection.chain.loaded_models import keeping_models
from silverner.projection.chain.pool import WorkerHandle, WorkerPool
from silverner.projection.chain.worker import LogForwarder, Worker, sendable

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_PATIENCE = 5.0
"""Seconds that a worker has to end by itself."""


class ProcessPool(WorkerPool):
    """Applies stages in several processes."""

    def __init__(self, workers: int) -> None:
        """Plan the processes; none is started yet.

        :param workers: Number of processes.
        """
        super().__init__()
        self._processes = workers

    def __enter__(self) -> Self:
        """Begin a context, and let what every worker imports be imported while the program reads the source."""
        with _one_thread():
            _start_server()
        return super().__enter__()

    @property
    def _count(self) -> int:
        return self._processes

    def _new_worker(self) -> _Process:
        with _one_thread():
            numbers = {worker.number for worker in self._workers}
            return _Process(next(number for number in range(self._processes) if number not in numbers))

    def _events(self, busy: Sequence[_Process]) -> Iterator[tuple[_Process, str, Any]]:
        readable = wait([worker.connection for worker in busy])
        for worker in busy:
            if worker.connection in readable:
                yield worker, *worker.receive()

    def _stop(self, *, kill: bool) -> None:
        for worker in self._workers:
            worker.stop(kill=kill)
        for worker in self._workers:
            worker.wait()


class _Process(WorkerHandle):
    """A worker process."""

    def __init__(self, number: int) -> None:
        """Start it.

        :param number: Its number among the workers, from 0; one that takes the place of another has the number of that.
        """
        super().__init__()
        self.number = number
        context = get_context("forkserver")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, environment_of_worker(number)), daemon=True)
        self._process.start()
        theirs.close()  # so that the end of the process is the end of the pipe
        self._task: bytes | None = None

    def give(self, task: bytes, shard: int) -> None:
        """Hand over a shard, with the task if it is another one than before."""
        self.shard = shard
        self._send("run", (None if task == self._task else task, shard))
        self._task = task

    def receive(self) -> tuple[str, Any]:
        """Return its next event; its end is one too."""
        try:
            kind, content = self.connection.recv()
        except (EOFError, OSError):
            return "died", self._end()
        return kind, content

    def ended(self) -> str | None:
        """Say how it ended while it waited."""
        return None if self._process.exitcode is None else self._end()

    def end_stage(self, models: Collection[str]) -> None:
        """Let it drop its stage, and all models but these."""
        self._task = None
        self._send("end_stage", frozenset(models))

    def _send(self, kind: str, content: object) -> None:
        with suppress(OSError):  # it is dead, which :meth:`receive` notices
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

    def _end(self) -> str:
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


def _start_server() -> None:
    """Start the process that makes workers, unless it runs.

    It imports once what the stages need, and forks: a process that starts by itself imports for seconds.
    """
    modules = sorted(name for name in sys.modules if name.startswith("silverner.projection."))
    get_context("forkserver").set_forkserver_preload(modules)
    forkserver.ensure_running()


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


def _serve(connection: Connection, environment: dict[str, str]) -> None:
    """Do what the program asks for, until it closes the pipe."""
    gc.freeze()  # what was imported stays: looking for cycles in it takes time, and copies its memory
    # The server has the environment of its own start, perhaps without the keys of the store; and a worker has its GPU.
    os.environ.update(environment)
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
    """Do one thing that the program asks for."""
    if kind == "end_stage":
        worker.end_stage(content)
        return
    task, shard = content
    try:
        if task is not None:
            worker.begin(pickle.loads(task))  # noqa: S301  our own program wrote it
        is_made = worker.run(shard, lambda share: send("share", share))
    except Exception as error:
        send("failed", sendable(error))
    else:
        send("done", is_made)


def _end_with_parent() -> None:
    """End this process when its parent has ended: a parent that is killed cannot stop its workers."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
