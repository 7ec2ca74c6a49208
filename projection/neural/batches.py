"""Running a model over batches that fit its memory."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from silverner.projection.errors import EngineError

LOG = logging.getLogger("silverner")
Item = TypeVar("Item")
Result = TypeVar("Result")

_SIGNS = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")
"""What torch and CTranslate2 say when memory runs out; on the CPU neither has an exception of its own for it."""


def in_batches(
    items: Sequence[Item], run: Callable[[Sequence[Item]], Sequence[Result]], *, size: int, what: str
) -> Iterator[Result]:
    """Run over items in batches of a fixed size; where memory runs out, halve that batch, say so, and go on.

    :param items: The items, in the order they shall be batched.
    :param run: Takes a batch and returns one result an item.
    :param size: Items a batch.
    :param what: Name of the engine for messages, such as ``the translator NAME``.
    :returns: The results in order.
    :raises EngineError: when a single item does not fit.

    >>> list(in_batches([1, 2, 3], lambda batch: [n * len(batch) for n in batch], size=2, what="a doubler"))
    [2, 4, 3]
    """
    for start in range(0, len(items), size):
        yield from _halving(items[start : start + size], run, what)


def _halving(batch: Sequence[Item], run: Callable[[Sequence[Item]], Sequence[Result]], what: str) -> Iterator[Result]:
    try:
        done = run(batch)
    except (RuntimeError, MemoryError) as error:
        if not (isinstance(error, MemoryError) or any(sign in str(error).lower() for sign in _SIGNS)):
            raise
        if len(batch) == 1:
            raise EngineError(f"{what} ran out of memory on a single item; use a smaller model or precision") from error
        LOG.warning("%s ran out of memory on a batch of %d; halving it", what, len(batch))
    else:
        if len(done) != len(batch):
            raise EngineError(f"{what} answered for {len(done)} of {len(batch)} items")
        yield from done
        return
    # Outside the handler, whose traceback would keep the failed batch's tensors alive.
    _free()
    middle = (len(batch) + 1) // 2
    for half in (batch[:middle], batch[middle:]):
        yield from _halving(half, run, what)


def _free() -> None:
    """Give back what the failed batch held."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
