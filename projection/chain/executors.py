"""Applying a stage to shards, in this process or in several."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice
from logging.handlers import QueueHandler, QueueListener
from multiprocessing import get_context, parent_process
from threading import Thread
from types import TracebackType
from typing import Any, Protocol, Self

from silverner.projection.chain.reports import listening
from silverner.projection.chain.stage import DROP, Batch, Stage, release
from silverner.projection.errors import EngineError

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


LoadShard = Callable[[int], tuple[Batch, list[bool]]]
"""Gives a shard's live sentences, and which sentences of the shard these are."""

ShardReport = Callable[[int, float], None]
"""Takes the number of a shard, and the share of it that is finished."""


class Executor(Protocol):
    """Applies stages to shards. It is a context: at its end it stops whatever it started."""

    def __enter__(self) -> Self:
        """Begin the context."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the context."""

    def apply(
        self, stage: Stage, shards: Sequence[int], load: LoadShard, tell: ShardReport
    ) -> Iterator[tuple[int, Batch]]:
        """Apply a stage to shards, in any order.

        :param stage: The stage.
        :param shards: Numbers of the shards.
        :param load: Reads the input of a shard.
        :param tell: Called while a stage works on a shard in this process.
        :returns: Each shard's number and output, as soon as it is finished; :func:`apply_to_shard` makes the output.
        :raises EngineError: when the stage returns the wrong number of sentences, or a worker dies.
        """


def executor_for(workers: int) -> Executor:
    """Choose an executor.

    :param workers: Processes; with one, everything happens in this process.
    :returns: The executor.
    """
    return ProcessPool(workers) if workers > 1 else InProcess()


class InProcess:
    """Applies stages in this process, one shard after the other."""

    def __enter__(self) -> Self:
        """Begin the context; nothing is started."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the context."""

    def apply(
        self, stage: Stage, shards: Sequence[int], load: LoadShard, tell: ShardReport
    ) -> Iterator[tuple[int, Batch]]:
        """Apply a stage to shards, see :class:`Executor`."""
        for shard in shards:
            with listening(partial(tell, shard)):
                output = apply_to_shard(stage, *load(shard))
            yield shard, output


class ProcessPool:
    """Applies stages in several processes.

    They start with the first stage that has several shards, and serve all stages: a process that is started imports
    for seconds.
    """

    def __init__(self, workers: int) -> None:
        """Plan the processes; none is started yet.

        :param workers: Number of processes.
        """
        self._workers = workers
        self._open = ExitStack()
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Begin a context, which stops the processes at its end."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop the processes; after an error, without waiting for the shards that are under way."""
        if self._pool is not None and error is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._open.close()

    def apply(
        self, stage: Stage, shards: Sequence[int], load: LoadShard, tell: ShardReport
    ) -> Iterator[tuple[int, Batch]]:
        """Apply a stage to shards, see :class:`Executor`; a single shard is not worth a process."""
        if len(shards) <= 1:
            yield from InProcess().apply(stage, shards, load, tell)
            return
        waiting = iter(shards)
        running: dict[Future[Batch], int] = {}
        try:
            # Two shards a worker are under way at a time, so that memory does not grow with the corpus.
            while True:
                for shard in islice(waiting, 2 * self._workers - len(running)):
                    running[self._submit(stage, *load(shard))] = shard
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(future), future.result()
        except BrokenProcessPool as error:
            raise EngineError(
                f"a worker died in the stage {stage.name!r} (out of memory?); run again with fewer --workers"
            ) from error

    def _submit(self, stage: Stage, batch: Batch, live: list[bool]) -> Future[Batch]:
        """Give a shard to a process; the first shards start the processes."""
        if self._pool is None:
            context = get_context("spawn")
            records = self._open.enter_context(_listening(context.Queue()))
            pool = ProcessPoolExecutor(self._workers, context, initializer=_begin, initargs=(records,))
            self._pool = self._open.enter_context(pool)
        with _one_thread():
            return self._pool.submit(_apply_and_release, stage, batch, live)


def _apply_and_release(stage: Stage, batch: Batch, live: list[bool]) -> Batch:
    """Apply a stage in a worker, which then gives the memory back to the stages after it."""
    try:
        return apply_to_shard(stage, batch, live)
    finally:
        release(stage)


def apply_to_shard(stage: Stage, batch: Batch, live: list[bool]) -> Batch:
    """Apply a stage to the live sentences of a shard, and put ``None`` in the places of the others."""
    count = sum(live)
    output = stage.apply(batch) if count else {name: [] for name in stage.outputs}
    output.setdefault(DROP, [None] * count)
    for name in (*stage.outputs, DROP):
        if len(output.get(name, [])) != count:
            raise EngineError(
                f"the stage {stage.name!r} returned {len(output.get(name, []))} {name!r} for {count} sentences"
            )
    spread: Mapping[str, Iterator[Any]] = {name: iter(column) for name, column in output.items()}
    return {name: [next(values) if ok else None for ok in live] for name, values in spread.items()}


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


class _Relay(logging.Handler):
    """Hands what a worker logs to the parent's own loggers."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log a record as if it had been made here."""
        logging.getLogger(record.name).handle(record)


@contextmanager
def _listening(records: Any) -> Iterator[Any]:
    """Log what workers put into a queue for as long as they live."""
    listener = QueueListener(records, _Relay())
    listener.start()
    try:
        yield records
    finally:
        listener.stop()


def _begin(records: Any) -> None:
    """Let Ctrl-C stop the parent alone, which ends its workers; and let the parent log what is said here."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    logger = logging.getLogger("silverner")
    logger.handlers, logger.propagate = [QueueHandler(records)], False
    logger.setLevel(logging.INFO)


def _end_with_parent() -> None:
    """End this process when its parent has ended: a parent that is killed cannot stop its workers."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
