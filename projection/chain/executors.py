"""Where stages are applied to shards: in this process, in several, or on several machines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import Protocol, Self

from silverner.projection.chain.loaded_models import keep_only, keeping_models
from silverner.projection.chain.reports import listening
from silverner.projection.chain.stage_task import StageTask

ShardReport = Callable[[int, float], None]
"""Takes the number of a shard, and the share of it that is finished."""


class Executor(Protocol):
    """Applies stages to shards. It is a context: at its end it stops whatever it started.

    One executor serves all chains of a build, so that what it starts and loads is there for every language.
    """

    @property
    def beside(self) -> Executor | None:
        """Another executor, for stages without models, that can work at the same time; ``None`` if there is none."""

    def __enter__(self) -> Self:
        """Begin the context."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the context."""

    def apply(self, task: StageTask, shards: Sequence[int], tell: ShardReport) -> Iterator[int]:
        """Apply a stage to shards, in any order.

        :param task: The stage, and where its shards are.
        :param shards: Numbers of the shards.
        :param tell: Called while the stage works on a shard.
        :returns: The number of each shard, as soon as its output is in the store; without the shards that another
            build is at.
        :raises SilvernerError: whatever the stage raises for the first shard that fails; or
            :class:`~silverner.projection.errors.EngineError` when workers died again and again.
        """

    def keep_models(self, models: Collection[str]) -> None:
        """Free all models, except those that the next stages need.

        :param models: The models to keep, as :func:`~silverner.projection.chain.loaded_models.models_of` names them.
        """


class InProcess:
    """Applies stages in this process, one shard after the other."""

    beside: Executor | None = None

    def __init__(self) -> None:
        """Plan nothing: there is nothing to start."""
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Begin a context, in which models are kept."""
        self._open.enter_context(keeping_models())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Free the models."""
        self._open.close()

    def apply(self, task: StageTask, shards: Sequence[int], tell: ShardReport) -> Iterator[int]:
        """Apply a stage to shards, see :class:`Executor`."""
        for shard in shards:
            with listening(partial(tell, shard)):
                is_made = task.run(shard)
            if is_made:
                yield shard

    def keep_models(self, models: Collection[str]) -> None:
        """Free the other models, see :class:`Executor`."""
        keep_only(models)
