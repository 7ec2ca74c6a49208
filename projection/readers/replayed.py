"""Items of a file that several checks look at: held where they are few, read again where they are many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T", covariant=True)
MOST_HELD = 20_000
"""Items that are held; a file with more of them is read again for every iteration."""


class Replayed(Iterable[T], Generic[T]):
    """Items that can be iterated over again and again."""

    def __init__(self, read: Callable[[], Iterable[T]]) -> None:
        """Read the first items.

        :param read: Reads all items from the beginning.
        """
        self._read = read
        first = list(islice(read(), MOST_HELD + 1))
        self._held = first if len(first) <= MOST_HELD else None

    def __iter__(self) -> Iterator[T]:
        """Return all items in order.

        >>> calls = []
        >>> few = Replayed(lambda: calls.append("read") or iter("ab"))
        >>> list(few), list(few), calls
        (['a', 'b'], ['a', 'b'], ['read'])
        """
        return iter(self._read() if self._held is None else self._held)
