"""What an engine reports while it works on a shard: its progress, batches that were halved, and answers rejected.

An engine reports without knowing who listens, and where nobody does, nothing happens: an engine is used outside of
chains too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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


HALVED_BATCH = "halved-batch"
"""A batch that did not fit into memory and was halved: this reaches the last bits of its numbers."""

_COUNTS: ContextVar[Counter[str] | None] = ContextVar("counts", default=None)


def report_event(kind: str) -> None:
    """Report that something happened that manifest and card count.

    :param kind: :data:`HALVED_BATCH`, or why a part of an answer was rejected, in a word or two, as the card says it.

    >>> with counting_events() as counts:
    ...     report_event("not-in-text")
    ...     report_event(HALVED_BATCH)
    >>> dict(counts)
    {'not-in-text': 1, 'halved-batch': 1}
    """
    counts = _COUNTS.get()
    if counts is not None:
        counts[kind] += 1


@contextmanager
def counting_events() -> Iterator[Counter[str]]:
    """Count by kind what is reported meanwhile.

    :returns: The numbers, which grow.
    """
    counts: Counter[str] = Counter()
    token = _COUNTS.set(counts)
    try:
        yield counts
    finally:
        _COUNTS.reset(token)
