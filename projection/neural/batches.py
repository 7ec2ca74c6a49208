"""Cuts items into batches, runs a model over them, and halves a batch that does not fit into memory."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from silverner.projection.chain.loaded_models import free_memory
from silverner.projection.chain.reports import HALVED_BATCH, report_event
from silverner.projection.errors import EngineError

LOG = logging.getLogger("silverner")
Item = TypeVar("Item")
Result = TypeVar("Result")

_MEMORY_ERRORS = (
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "cannot allocate memory",
    "alloc_failed",
)
"""Parts of the messages of torch and CTranslate2 when memory runs out; on the CPU neither has its own exception."""


@dataclass(frozen=True, slots=True)
class BatchLimit:
    """How much a model reads at once: a number of items, or a number of subwords.

    A batch takes as many subwords as its longest item has, times its items, because shorter items are padded. Which
    items stand in one batch reaches the last bits of a model's numbers, so the limit is part of a signature.

    :param items: Items in a batch.
    :param subwords: Subwords in a batch, with padding; then the number of items does not count.
    """

    items: int
    subwords: int | None = None

    def settings(self) -> Mapping[str, int]:
        """Return the limit as a part of the settings of an engine."""
        return {"batch_size": self.items} if self.subwords is None else {"batch_tokens": self.subwords}

    def count(self, longest: int) -> int:
        """Return how many items a batch takes.

        :param longest: Subwords of its longest item; an item of more subwords than the limit is a batch of its own.

        >>> BatchLimit(32).count(100), BatchLimit(32, 4096).count(100), BatchLimit(32, 4096).count(5000)
        (32, 40, 1)
        """
        return self.items if self.subwords is None else max(self.subwords // max(longest, 1), 1)


def in_batches(
    items: Sequence[Item],
    run: Callable[[Sequence[Item]], Sequence[Result]],
    *,
    size: int | Callable[[Item], int],
    what: str,
) -> Iterator[Result]:
    """Run over items in batches; if memory runs out, log and report it, halve that batch, and go on.

    :param items: The items, in the order in which they are batched.
    :param run: Takes a batch and returns one result for each item.
    :param size: Items in a batch; or a function that gets its first item, the longest, and returns this number.
    :param what: Name of the engine for messages, such as ``the translator NAME``.
    :returns: The results in order.
    :raises EngineError: when a single item does not fit into memory.

    >>> list(in_batches([1, 2, 3], lambda batch: [n * len(batch) for n in batch], size=2, what="a doubler"))
    [2, 4, 3]
    """
    start = 0
    while start < len(items):
        end = start + (size if isinstance(size, int) else size(items[start]))
        yield from _run_or_halve(items[start:end], run, what)
        start = end


def _run_or_halve(
    batch: Sequence[Item], run: Callable[[Sequence[Item]], Sequence[Result]], what: str
) -> Iterator[Result]:
    try:
        results = run(batch)
    except (RuntimeError, MemoryError) as error:
        if not (isinstance(error, MemoryError) or any(sign in str(error).lower() for sign in _MEMORY_ERRORS)):
            raise
        if len(batch) == 1:
            raise EngineError(f"{what} ran out of memory on a single item; use a smaller model or precision") from error
        LOG.warning("%s ran out of memory on a batch of %d; halving it", what, len(batch))
        report_event(HALVED_BATCH)
    else:
        if len(results) != len(batch):
            raise EngineError(f"{what} returned {len(results)} results for {len(batch)} items")
        yield from results
        return
    # Outside the handler, because its traceback would keep the tensors of the failed batch in memory.
    free_memory()
    middle = (len(batch) + 1) // 2
    for half in (batch[:middle], batch[middle:]):
        yield from _run_or_halve(half, run, what)
