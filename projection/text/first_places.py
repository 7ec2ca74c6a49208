"""Remembers where every name of a corpus occurs first, on the disk: two rows may be millions of rows apart."""

from __future__ import annotations

import hashlib
import sqlite3

MOST_IN_MEMORY = 20_000
"""Names that are held in memory, where they are found some times faster."""


class FirstPlaces:
    """The first place of every name. A few names stay in memory; many lie in a file that the system removes."""

    def __init__(self) -> None:
        """Begin without names."""
        self._in_memory: dict[bytes, str] = {}
        self._index: sqlite3.Connection | None = None

    def first(self, name: str, place: str) -> str | None:
        """Remember a name, unless it occurred before.

        :param name: The name, of any length.
        :param place: Where it occurs.
        :returns: Where it occurred first; ``None`` where this is the first place.

        >>> places = FirstPlaces()
        >>> [places.first(name, place) for name, place in (("a", "line 1"), ("b", "line 2"), ("a", "line 3"))]
        [None, None, 'line 1']
        """
        key = _key(name)
        if self._index is not None:
            if self._index.execute("INSERT OR IGNORE INTO names VALUES (?, ?)", (key, place)).rowcount:
                return None
            return self._find(key)
        first = self._in_memory.get(key)
        if first is None:
            self._in_memory[key] = place
            if len(self._in_memory) > MOST_IN_MEMORY:
                self._index = _index_of(self._in_memory)
                self._in_memory = {}
        return first

    def __contains__(self, name: object) -> bool:
        """Tell whether a name occurred."""
        return self._find(_key(str(name))) is not None

    def _find(self, key: bytes) -> str | None:
        """Return the first place of a name by its hash."""
        if self._index is None:
            return self._in_memory.get(key)
        row = self._index.execute("SELECT place FROM names WHERE name = ?", (key,)).fetchone()
        return None if row is None else str(row[0])


def _index_of(names: dict[bytes, str]) -> sqlite3.Connection:
    """Put names into a temporary file of SQLite's own."""
    index = sqlite3.connect("")
    index.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;"
        "CREATE TABLE names (name BLOB PRIMARY KEY, place TEXT) WITHOUT ROWID;"
    )
    index.executemany("INSERT INTO names VALUES (?, ?)", names.items())
    return index


def _key(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()
