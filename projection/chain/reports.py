"""What an engine reports while it works on a shard: its progress, batches that were halved, and answers rejected.

An engine reports without knowing who listens, and where nobody does, nothing happens: an engine is used outside of
chains too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeAlias

Report: TypeAlias = Callable[[float], None]
"""Takes the finished share of the work, from 0 to 1."""


def _ignore(share: float) -> None:
    """Do nothing."""


_LISTENER: ContextVar[Report] = ContextVar("listener", default=_ignore)


def report(share: float) -> None:
    """Report how much of the work is finished.

    :param share: From 0 to 1.

    >>> shares = []
    >>> with listening(shares.append):
    ...     report(0.25)
    ...     with part(0.5, 1.0):
    ...         report(0.5)
    >>> shares
    [0.25, 0.75]
    """
    _LISTENER.get()(share)


@contextmanager
def listening(listener: Report) -> Iterator[None]:
    """Give what is reported meanwhile to a function.

    :param listener: The function.
    """
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


@contextmanager
def part(begin: float, end: float) -> Iterator[None]:
    """Take what is reported meanwhile as a part of the whole work.

    :param begin: The share that is finished when the part begins.
    :param end: The share that is finished when it ends.
    """
    outer = _LISTENER.get()
    with listening(lambda share: outer(begin + (end - begin) * share)):
        yield


@dataclass(slots=True)
class HalvedBatches:
    """How many batches of a model did not fit into memory and were halved."""

    count: int = 0


_HALVED: ContextVar[HalvedBatches | None] = ContextVar("halved", default=None)


def report_halved_batch() -> None:
    """Report that a batch did not fit into memory and was halved: this reaches the last bits of its numbers.

    >>> with counting_halved_batches() as halved:
    ...     report_halved_batch()
    >>> halved.count
    1
    """
    halved = _HALVED.get()
    if halved is not None:
        halved.count += 1


@contextmanager
def counting_halved_batches() -> Iterator[HalvedBatches]:
    """Count the batches that are halved meanwhile.

    :returns: Their number, which grows.
    """
    halved = HalvedBatches()
    token = _HALVED.set(halved)
    try:
        yield halved
    finally:
        _HALVED.reset(token)


_REJECTED: ContextVar[Counter[str] | None] = ContextVar("rejected", default=None)


def report_rejected(kind: str) -> None:
    """Report that something which a model answered was rejected.

    :param kind: Why, in a word or two, as the card says it.

    >>> with counting_rejections() as rejected:
    ...     report_rejected("not-in-text")
    >>> dict(rejected)
    {'not-in-text': 1}
    """
    rejected = _REJECTED.get()
    if rejected is not None:
        rejected[kind] += 1


@contextmanager
def counting_rejections() -> Iterator[Counter[str]]:
    """Count by kind what is rejected meanwhile.

    :returns: Their numbers, which grow.
    """
    rejected: Counter[str] = Counter()
    token = _REJECTED.set(rejected)
    try:
        yield rejected
    finally:
        _REJECTED.reset(token)
