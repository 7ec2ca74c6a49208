"""Finds sentences that an earlier one of the corpus repeats, exactly or nearly, with an index on the disk.

1. Every sentence is written to files as hashes: its shingles, and the bands of its sketch
   (:mod:`~silverner.projection.text.sketches`).
   In memory stay some 20 bytes a sentence.
2. Sorting shows which sentences share their words or a band with any other. All others are new, and done with.
3. These few are compared in their order with the earlier ones that share a band. Only a new sentence is compared with
   later ones.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from functools import lru_cache
from os import pread
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

_AT_ONCE = 1000
"""Sentences whose bands are written together."""


class EarlierSentences:
    """The sentences of a corpus, compared with earlier ones when all of them are known. It is a context."""

    def __init__(self, folder: Path, *, near: float | None, bands: int) -> None:
        """Begin an index.

        :param folder: A folder for its files; whoever makes it removes it.
        :param near: Jaccard similarity of shingles from which sentences are near-duplicates; ``None`` looks for exact
            ones only.
        :param bands: How many bands a sentence has; without ``near`` it has none.
        """
        self._folder, self._near, self._open = folder, near, ExitStack()
        self._keys, self._ends = array("Q"), array("q", [0])
        self._bands: list[list[int]] = []
        self._shingles = lru_cache(maxsize=1 << 12)(self._read_shingles)
        if near is not None:
            self._shingle_file: BinaryIO = self._open.enter_context(self._path("shingles").open("wb+"))
            self._band_files = [self._open.enter_context(self._path(f"band{k}").open("wb")) for k in range(bands)]

    def __enter__(self) -> EarlierSentences:
        """Begin the context."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the files."""
        self._open.close()

    def add(self, key: int, shingles: Sequence[int], bands: list[int]) -> None:
        """Add a sentence behind those before.

        :param key: The hash of its words.
        :param shingles: The hashes of its shingles.
        :param bands: The hashes of its bands.
        """
        self._keys.append(key)
        if self._near is not None:
            self._shingle_file.write(array("q", shingles))
            self._ends.append(self._ends[-1] + len(shingles))
            self._bands.append(bands)
            if len(self._bands) == _AT_ONCE:
                self._write_bands()

    def compare(self, order: np.ndarray[Any, np.dtype[np.int64]]) -> Iterator[tuple[int, bool, float]]:
        """Compare every sentence with those before it in an order.

        :param order: The numbers of all sentences, as they were added, in this order.
        :returns: For each sentence that is not simply new its number, whether an earlier one has the same words, and
            the highest similarity with an earlier one.
        """
        keys = _groups(np.array(self._keys, dtype=np.uint64)[order])
        is_taken = np.zeros(int(keys.max(initial=-1)) + 1, dtype=bool)
        with closing(sqlite3.connect(self._path("index"))) as index:
            index.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                "CREATE TABLE shared (place INTEGER, band INTEGER, PRIMARY KEY (place, band)) WITHOUT ROWID;"
                "CREATE TABLE new (band INTEGER, sentence INTEGER, PRIMARY KEY (band, sentence)) WITHOUT ROWID;"
            )
            places = self._share_bands(index, order)
            for place in np.union1d(np.flatnonzero(keys >= 0), places).tolist():
                number, key = int(order[place]), keys[place]
                if key >= 0 and is_taken[key]:
                    yield number, True, 1.0
                    continue
                similarity = self._nearest(index, place, number)
                if self._near is None or similarity < self._near:
                    if key >= 0:
                        is_taken[key] = True
                    index.execute("INSERT INTO new SELECT band, ? FROM shared WHERE place = ?", (number, place))
                yield number, False, similarity

    def _path(self, name: str) -> Path:
        return self._folder / name

    def _write_bands(self) -> None:
        for file, column in zip(self._band_files, np.array(self._bands, dtype=np.int64).T, strict=True):
            file.write(column.tobytes())
        self._bands.clear()

    def _share_bands(self, index: sqlite3.Connection, order: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Write down which sentences share which band, and return their places in the order."""
        if self._near is None or not len(order):
            return np.array([], dtype=np.int64)
        if self._bands:
            self._write_bands()
        is_shared, count = np.zeros(len(order), dtype=bool), 0
        for k, file in enumerate(self._band_files):
            file.close()
            groups = _groups(np.fromfile(self._path(f"band{k}"), dtype=np.int64)[order])
            places = np.flatnonzero(groups >= 0)
            is_shared[places] = True
            pairs = zip(places.tolist(), (groups[places] + count).tolist(), strict=True)
            index.executemany("INSERT INTO shared VALUES (?, ?)", pairs)
            count += int(groups.max(initial=-1)) + 1
        self._shingle_file.flush()
        return np.flatnonzero(is_shared)

    def _nearest(self, index: sqlite3.Connection, place: int, number: int) -> float:
        """Return the highest similarity of a sentence with an earlier one that shares a band."""
        rows = index.execute(
            "SELECT DISTINCT sentence FROM shared JOIN new USING (band) WHERE place = ?", (place,)
        ).fetchall()
        if not rows:
            return 0.0
        mine, *candidates = (self._shingles(k) for k in (number, *(candidate for (candidate,) in rows)))
        return max(len(mine & candidate) / len(mine | candidate) for candidate in candidates)

    def _read_shingles(self, number: int) -> frozenset[int]:
        """Read the hashes of the shingles of a sentence."""
        start, stop = self._ends[number : number + 2]
        content = pread(self._shingle_file.fileno(), 8 * (stop - start), 8 * start)
        return frozenset(np.frombuffer(content, dtype=np.int64).tolist())


def _groups(values: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Give equal values the number of their group, and -1 to a value that occurs once."""
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    numbers = np.where(counts > 1, np.cumsum(counts > 1) - 1, -1)
    return numbers[group]
