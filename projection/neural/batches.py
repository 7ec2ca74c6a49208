"""Runs a model over batches, and halves a batch that does not fit into memory."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from silverner.projection.chain.loaded_models import free_memory
from silverner.projection.errors import EngineError

LOG = logging.getLogger("silverner")
Item = TypeVar("Item")
Result = TypeVar("Result")

_MEMORY_ERRORS = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")
"""Parts of the messages of torch and CTranslate2 when memory runs out; on the CPU neither has its own exception."""


def in_batches(
    items: Sequence[Item], run: Callable[[Sequence[Item]], Sequence[Result]], *, size: int, what: str
) -> Iterator[Result]:
    """Run over items in batches of a fixed size; if memory runs out, log it, halve that batch, and go on.

    :param items: The items, in the order in which they are batched.
    :param run: Takes a batch and returns one result for each item.
    :param size: Items in a batch.
    :param what: Name of the engine for messages, such as ``the translator NAME``.
    :returns: The results in order.
    :raises EngineError: when a single item does not fit into memory.

    >>> list(in_batches([1, 2, 3], lambda batch: [n * len(batch) for n in batch], size=2, what="a doubler"))
    [2, 4, 3]
    """
    for start in range(0, len(items), size):
        yield from _run_or_halve(items[start : start + size], run, what)


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
