"""Runs steps with models, and steps without, at the same time: GPUs work for one language, CPUs for another.

There are two lanes, each a thread with an executor of its own. A chain is in one lane at a time, so its steps stay in
their order, and what it writes does not depend on what the other lane does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Condition, Thread

from silverner.projection.chain.claims import PAUSE
from silverner.projection.chain.executors import Executor
from silverner.projection.chain.progress import Progress
from silverner.projection.chain.runner import Chain
from silverner.projection.errors import SilvernerError

_PATIENCE = 5.0
"""Seconds that a lane has to end by itself."""


class _StoppedError(Exception):
    """Ends a step that nobody waits for any more."""


@dataclass(slots=True)
class _Turn:
    """A chain that has steps left.

    :param chain: The chain.
    :param needed: The models of its next step; those of a step without models are none.
    :param coming: The models of its next step that needs any.
    :param not_before: The time until which another build is at its next step.
    :param runs: Whether a lane runs that step now.
    """

    chain: Chain
    needed: frozenset[str]
    coming: frozenset[str]
    not_before: float = 0.0
    runs: bool = False

    @classmethod
    def of(cls, chain: Chain, *, not_before: float = 0.0) -> _Turn:
        """Look at the next steps of a chain."""
        return cls(chain, chain.next_models(), chain.coming_models(), not_before)

    @property
    def is_ready(self) -> bool:
        """Whether its next step can run now."""
        return not self.runs and time.monotonic() >= self.not_before


class Lanes:
    """Runs chains by two executors."""

    def __init__(self, chains: Mapping[str, Chain], *, with_models: Executor, without_models: Executor) -> None:
        """Look at the chains; nothing is started yet.

        :param chains: The chains, by name.
        :param with_models: Runs the steps that need a model, in its context.
        :param without_models: Runs the other steps, in its context.
        """
        self._turns = {name: _Turn.of(chain) for name, chain in chains.items()}
        self._chains = [(chain, chain.progress) for chain in chains.values()]
        self._is_stopped = False
        self._executors = {True: with_models, False: without_models}
        self._in_memory = frozenset[str]()
        self._changed = Condition()
        self._ends: SimpleQueue[tuple[str, BaseException | None]] = SimpleQueue()

    def run(self) -> Iterator[tuple[str, SilvernerError | None]]:
        """Run the chains, see :func:`~silverner.projection.chain.schedule.run_together`.

        Whoever stops asking for the next chain, and closes the iterator, stops both lanes.
        """
        count = len(self._turns)
        lanes = [Thread(target=self._run_lane, args=(has_models,), daemon=True) for has_models in self._executors]
        for chain, progress in self._chains:
            chain.progress = self._stoppable(progress)
        for lane in lanes:
            lane.start()
        try:
            for _ in range(count):
                name, error = self._ends.get()
                if error is not None and not isinstance(error, SilvernerError):
                    raise error
                yield name, error
        finally:
            with self._changed:
                self._is_stopped = True
                self._changed.notify_all()
            for lane in lanes:
                lane.join(_PATIENCE)
            if not any(lane.is_alive() for lane in lanes):  # else it has to end where it next tells its progress
                for chain, progress in self._chains:
                    chain.progress = progress

    def _stoppable(self, progress: Progress) -> Progress:
        """Let a chain end where it next tells its progress, once the lanes are stopped."""

        def tell(step: str, finished: int, total: int) -> None:
            if self._is_stopped:
                raise _StoppedError
            progress(step, finished, total)

        return tell

    def _run_lane(self, has_models: bool) -> None:
        """Run one step after another until no chain has steps left."""
        executor = self._executors[has_models]
        while (taken := self._take(has_models)) is not None:
            name, chain = taken
            try:
                if has_models:
                    executor.keep_models(self._in_memory)
                is_finished = chain.run_next(executor)
                wait = 0.0 if is_finished else PAUSE
                after = None if chain.has_run else _Turn.of(chain, not_before=time.monotonic() + wait)
            except BaseException as problem:  # whatever it is, the thread that waits for the chain gets it
                self._give_back(name, None, problem)
            else:
                self._give_back(name, after, None)

    def _take(self, has_models: bool) -> tuple[str, Chain] | None:
        """Wait for a chain whose next step belongs in a lane; ``None`` when no chain has steps left."""
        with self._changed:
            while self._turns and not self._is_stopped:
                name = self._next_with_models() if has_models else self._next_without_models()
                if name is not None:
                    turn = self._turns[name]
                    turn.runs = True
                    return name, turn.chain
                self._changed.wait(PAUSE)  # another build says nothing when it has finished a step
        return None

    def _give_back(self, name: str, after: _Turn | None, error: BaseException | None) -> None:
        """Note what comes after a step, or that the chain has ended."""
        with self._changed:
            if after is None:
                del self._turns[name]
                self._ends.put((name, error))
            else:
                self._turns[name] = after
            self._changed.notify_all()

    def _next_without_models(self) -> str | None:
        return next((name for name, turn in self._turns.items() if turn.is_ready and not turn.needed), None)

    def _next_with_models(self) -> str | None:
        """Choose a chain, and the models that stay in memory.

        Other models are loaded only when no chain comes that needs those in memory: each is loaded once.
        """
        ready = {name: turn for name, turn in self._turns.items() if turn.is_ready and turn.needed}
        name = next((name for name, turn in ready.items() if turn.needed <= self._in_memory), None)
        if name is not None:
            self._in_memory &= frozenset[str]().union(*(turn.coming for turn in self._turns.values()))
            return name
        coming = (turn.coming for turn in self._turns.values() if turn.runs or turn.is_ready)
        if any(models and models <= self._in_memory for models in coming):
            return None
        name = next(iter(ready), None)
        if name is not None:
            self._in_memory = ready[name].needed
        return name
