"""Counts of words and of pairs of words in a corpus of any size.

In memory are the different words and the pairs that occur at least twice. Pairs that may occur once, which are most of
them, wait on the disk, in parts that are counted one after the other.
"""

from __future__ import annotations

import sys
import tempfile
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa  # imported where it is used: `silverner project` needs none of it

Numbers = np.ndarray[Any, np.dtype[np.int64]]
AT_ONCE = 1 << 20
"""Occurrences that are counted, or written, together."""
_PARTS = 64
_RIGHT = 32
"""A pair of word numbers is one number: its right word has the lower 32 bits."""


class WordNumbers:
    """Numbers words in the order in which they occur first."""

    def __init__(self) -> None:
        """Begin without words."""
        self.numbers: dict[str, int] = {}

    def of(self, words: Iterable[str]) -> list[int]:
        """Return the number of every word.

        :param words: The words.
        """
        numbers = self.numbers
        return [numbers.setdefault(word, len(numbers)) for word in words]


class Totals:
    """Counts how often every number occurs."""

    def __init__(self) -> None:
        """Begin to count."""
        self._waiting = array("q")
        self._totals = np.zeros(0, dtype=np.int64)

    def add(self, numbers: Iterable[int]) -> None:
        """Count numbers.

        :param numbers: One for every occurrence.
        """
        self._waiting.extend(numbers)
        if len(self._waiting) >= AT_ONCE:
            self._count()

    def of(self, size: int) -> Numbers:
        """Return the occurrences of the numbers from 0.

        :param size: How many numbers there are.
        """
        self._count()
        return np.pad(self._totals, (0, size - len(self._totals)))

    def _count(self) -> None:
        more = np.bincount(np.array(self._waiting, dtype=np.int64), minlength=len(self._totals))
        more[: len(self._totals)] += self._totals
        self._totals, self._waiting = more, array("q")


class PairTotals:
    """Counts how often every pair of numbers occurs; of a large corpus, on the disk."""

    def __init__(self, folder: Path | None = None, *, in_memory: bool = False) -> None:
        """Begin to count.

        :param folder: Where to make a folder if one is needed; without it, where the system has such.
        :param in_memory: Whether to write nothing, however many pairs there are.
        """
        self._waiting, self._parent = array("q"), folder
        self._most_waiting = sys.maxsize if in_memory else AT_ONCE
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def add(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Count pairs.

        :param pairs: One for every occurrence.
        """
        self._waiting.extend([left << _RIGHT | right for left, right in pairs])
        if len(self._waiting) >= self._most_waiting:
            self._write()

    def in_memory(self) -> tuple[Numbers, Numbers]:
        """Return the left and the right number of every occurrence in memory."""
        pairs = np.array(self._waiting, dtype=np.int64)
        return pairs >> _RIGHT, pairs & ((1 << _RIGHT) - 1)

    def at_least_twice(self) -> tuple[Numbers, Numbers, Numbers]:
        """Return the pairs that occur at least twice, and remove what lies on the disk.

        :returns: The left numbers, the right ones, and the occurrences, in the order of the pairs.
        """
        if self._folder is None:
            parts = [_at_least_twice(np.array(self._waiting, dtype=np.int64))]
        else:
            self._write()
            parts = [_at_least_twice(np.fromfile(path, dtype=np.int64)) for path in self._paths() if path.exists()]
            self._folder.cleanup()
        pairs, counts = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(pairs)
        return pairs[order] >> _RIGHT, pairs[order] & ((1 << _RIGHT) - 1), counts[order]

    def _paths(self) -> list[Path]:
        """Return the files of the parts: all occurrences of a pair are in the same one."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="silverner-", dir=self._parent)
        return [Path(self._folder.name) / f"part{k}" for k in range(_PARTS)]

    def _write(self) -> None:
        pairs = np.array(self._waiting, dtype=np.int64)
        # A multiplication spreads the pairs of frequent words over all parts (Fibonacci hashing).
        parts = (pairs.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(58)
        for number, path in enumerate(self._paths()):
            with path.open("ab") as file:
                file.write(pairs[parts == number].tobytes())
        self._waiting = array("q")


class PairCounts(Mapping[tuple[str, str], int]):
    """Occurrences of pairs of words, in 12 bytes a pair."""

    def __init__(self, left: Sequence[str], right: Sequence[str], pairs: tuple[Numbers, Numbers, Numbers]) -> None:
        """Sort the pairs.

        :param left: The words that the left numbers stand for.
        :param right: The words that the right numbers stand for.
        :param pairs: The left numbers, the right ones, and the occurrences of the pairs.
        """
        numbers: list[Numbers] = []
        self._words: list[list[str]] = []
        for words, side in ((left, pairs[0]), (right, pairs[1])):
            occurring, numbers_of_occurring = np.unique(side, return_inverse=True)
            self._words.append([words[k] for k in occurring.tolist()])
            numbers.append(numbers_of_occurring)
        order = np.lexsort(numbers[::-1])
        starts = np.concatenate([[0], np.cumsum(np.bincount(numbers[0], minlength=len(self._words[0])))])
        self._starts = array("q", starts.astype(np.int64).tobytes())
        self._right = array("i", numbers[1][order].astype(np.int32).tobytes())
        self._counts = array("q", pairs[2][order].astype(np.int64).tobytes())
        self._numbers = [{word: number for number, word in enumerate(words)} for words in self._words]

    def columns(self) -> tuple[pa.Array, pa.Array, pa.Array]:
        """Return the left words, the right words and the occurrences of all pairs."""
        import pyarrow as pa

        left = np.repeat(np.arange(len(self._words[0]), dtype=np.int32), np.diff(self._starts))
        sides = zip((left, np.array(self._right)), self._words, strict=True)
        words = [pa.DictionaryArray.from_arrays(pa.array(numbers), pa.array(of, pa.string())) for numbers, of in sides]
        return *(column.cast(pa.string()) for column in words), pa.array(np.array(self._counts))

    @classmethod
    def from_columns(cls, left: pa.Array, right: pa.Array, counts: pa.Array) -> PairCounts:
        """Make the counts whose :meth:`columns` these are.

        :param left: The left words.
        :param right: The right words.
        :param counts: The occurrences.
        """
        encoded = left.dictionary_encode(), right.dictionary_encode()
        words = [column.dictionary.to_pylist() for column in encoded]
        numbers = [column.indices.to_numpy(zero_copy_only=False).astype(np.int64) for column in encoded]
        return cls(words[0], words[1], (numbers[0], numbers[1], counts.to_numpy()))

    def __getitem__(self, pair: tuple[str, str]) -> int:
        """Return the occurrences of a pair."""
        count: int | None = self.get(pair)
        if count is None:
            raise KeyError(pair)
        return count

    def get(self, pair: tuple[str, str], default: Any = None) -> Any:
        """Return the occurrences of a pair, or the default for one that is not counted."""
        left, right = self._numbers[0].get(pair[0]), self._numbers[1].get(pair[1])
        if left is None or right is None:
            return default
        stop = self._starts[left + 1]
        place = bisect_left(self._right, right, self._starts[left], stop)
        return self._counts[place] if place < stop and self._right[place] == right else default

    def __contains__(self, pair: object) -> bool:
        """Tell whether a pair is counted."""
        return self.get(pair) is not None  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Return all pairs."""
        left, right = self._words
        for number, word in enumerate(left):
            for partner in self._right[self._starts[number] : self._starts[number + 1]]:
                yield word, right[partner]

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self._right)


def _at_least_twice(pairs: Numbers) -> tuple[Numbers, Numbers]:
    """Return the pairs that occur at least twice, and their occurrences."""
    different, counts = np.unique(pairs, return_counts=True)
    return different[counts > 1], counts[counts > 1]
