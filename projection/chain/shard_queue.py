"""The shards of a stage that workers still have to make; a shard whose worker died is given out again."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Sequence

from silverner.projection.chain.stage import SHARD_ROWS
from silverner.projection.errors import EngineError

LOG = logging.getLogger("silverner")
MOST_DEATHS = 3
"""A shard that kills so many workers is set aside: something in it is wrong, not in the worker."""


class ShardQueue:
    """Gives out shards in order, and remembers what became of them.

    When a stage fails at a shard, no further shard is given out; those under way are finished and stay.
    """

    def __init__(self, stage: str, shards: Sequence[int]) -> None:
        """Line up shards.

        :param stage: Name of the stage, for messages.
        :param shards: Numbers of the shards.
        """
        self._stage, self._waiting = stage, deque(shards)
        self._running: set[int] = set()
        self._deaths: Counter[int] = Counter()
        self._set_aside: dict[int, str] = {}
        self._errors: dict[int, Exception] = {}

    @property
    def waiting(self) -> int:
        """How many shards can be given out."""
        return 0 if self._errors else len(self._waiting)

    @property
    def finished(self) -> bool:
        """Whether no shard is under way, and none can be given out."""
        return not self._running and not self.waiting

    def take(self) -> int:
        """Give out the next shard."""
        shard = self._waiting.popleft()
        self._running.add(shard)
        return shard

    def done(self, shard: int) -> None:
        """Take a shard off the list: its output is in the store."""
        self._running.remove(shard)

    def failed(self, shard: int, error: Exception) -> None:
        """Remember what the stage raised."""
        self._running.remove(shard)
        self._errors[shard] = error

    def died(self, shard: int, why: str) -> None:
        """Line a shard up again whose worker died; set it aside if that was not the first time.

        :param shard: Number of the shard.
        :param why: How the worker ended.
        """
        self._running.remove(shard)
        self._deaths[shard] += 1
        if self._deaths[shard] >= MOST_DEATHS:
            self._set_aside[shard] = why
            LOG.warning("%s: %s set aside: %d workers died of it (%s)", self._stage, _rows(shard), MOST_DEATHS, why)
            return
        self._waiting.appendleft(shard)
        LOG.warning("%s: a worker died at %s (%s); another one tries again", self._stage, _rows(shard), why)

    def close(self) -> None:
        """Raise what the stage raised at the first shard that failed, or name the shards that were set aside.

        :raises SilvernerError: as the stage raised it.
        :raises EngineError: when shards were set aside.
        """
        if self._errors:
            raise self._errors[min(self._errors)]
        if self._set_aside:
            names = ", ".join(f"{_rows(shard)} ({why})" for shard, why in sorted(self._set_aside.items()))
            raise EngineError(
                f"the stage {self._stage!r} has no result for {names}: {MOST_DEATHS} workers died of each. All other "
                "sentences are finished and stay. If memory ran out, run the same command with fewer --workers or a "
                "smaller batch_size; otherwise look at these sentences of the input"
            )


def _rows(shard: int) -> str:
    return f"sentences {shard * SHARD_ROWS + 1} to {(shard + 1) * SHARD_ROWS}"
