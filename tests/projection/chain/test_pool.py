"""What a pool does when its workers end at odd times."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import re
import signal
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from silverner.projection.chain import Chain, ShardStore
from silverner.projection.chain.pool import WorkerHandle, WorkerPool
from silverner.projection.chain.processes import ProcessPool
from silverner.projection.chain.schedule import run_together
from silverner.projection.chain.stage_task import StageTask
from tests.projection.chain_stages import Add, Numbers


class Scripted(WorkerHandle):
    """Starts as it is told, and finishes a shard when it is asked the fourth time."""

    def __init__(self, starts: bool) -> None:
        super().__init__()
        self._starts, self._given = starts, deque[tuple[StageTask, int]]()

    def give(self, task: Any, shard: int) -> None:
        self.shard = shard
        self._given.extend([(pickle.loads(task), shard)] * 4)

    def end_stage(self, models: Collection[str]) -> None:
        pass

    def event(self) -> tuple[str, Any] | None:
        if self.starting:
            return ("ready", None) if self._starts else ("died", "out of memory")
        task, shard = self._given.popleft()
        if self._given:
            return None
        return "done", task.run(shard)


class ScriptedPool(WorkerPool):
    """A pool of two workers in this process; a list says which of them start."""

    def __init__(self, starts: Sequence[bool]) -> None:
        super().__init__()
        self._starts = iter(starts)

    @property
    def _count(self) -> int:
        return 2

    def _new_worker(self) -> Scripted:
        return Scripted(next(self._starts))

    def _events(self, busy: Sequence[Any]) -> Iterator[tuple[Any, str, Any]]:
        for worker in busy:
            if (event := worker.event()) is not None:
                yield worker, *event

    def _stop(self, *, kill: bool) -> None:
        pass


def languages(root: Path) -> dict[str, Chain]:
    return {
        name: Chain(Numbers(3500, seed=seed), [Add("a", ("n",), "a")], ShardStore(root))
        for seed, name in enumerate(("one", "two", "three"))
    }


def test_workers_that_never_start_fail_every_language_and_are_not_started_for_ever(tmp_path: Path):
    with ScriptedPool([False] * 12) as pool:
        ends = [(name, str(error)) for name, error in run_together(languages(tmp_path), pool)]
    assert [name for name, _ in ends] == ["one", "two", "three"]
    assert all(re.match(r"the workers end while they start \(out of memory\); run again with", why) for _, why in ends)


def test_a_worker_does_not_report_a_shard_of_one_language_as_that_of_the_next(tmp_path: Path):
    starts = [True, False, False, False, True, True]  # one works on when the other has failed to start three times
    with ScriptedPool(starts) as pool:
        ends = {name: str(error) for name, error in run_together(languages(tmp_path), pool)}
    assert ends.pop("one").startswith("the workers end while they start (out of memory)")
    assert ends == {"two": "None", "three": "None"}


def test_workers_that_were_killed_while_they_waited_are_no_fault_of_a_shard(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    first = Chain(Numbers(3500), [Add("a", ("n",), "a")], ShardStore(tmp_path))
    second = Chain(Numbers(900), [Add("a", ("n",), "a")], ShardStore(tmp_path))
    with ProcessPool(4) as pool:
        first.run(pool)
        waiting = multiprocessing.active_children()
        for worker in waiting:
            os.kill(worker.pid or 0, signal.SIGKILL)
        for worker in waiting:
            worker.join()
        second.run(pool)
    said = "a worker died while it waited (killed by SIGKILL: out of memory?); another one takes its place"
    assert [message for message in caplog.messages if "worker" in message] == [said] * len(waiting)
    assert len(waiting) > 1
