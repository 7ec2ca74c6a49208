"""Remembers where every name of a corpus occurs first, on the disk: two rows may be millions of rows apart."""

from __future__ import annotations

import hashlib
import sqlite3


class FirstPlaces:
    """The first place of every name. A few names stay in memory; many lie in a file that the system removes."""

    def __init__(self) -> None:
        """Begin without names."""
        self._index = sqlite3.connect("")  # a temporary file of SQLite's own
        self._index.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;"
            "CREATE TABLE names (name BLOB PRIMARY KEY, place TEXT) WITHOUT ROWID;"
        )

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
        if self._index.execute("INSERT OR IGNORE INTO names VALUES (?, ?)", (key, place)).rowcount:
            return None
        first: str = self._index.execute("SELECT place FROM names WHERE name = ?", (key,)).fetchone()[0]
        return first

    def __contains__(self, name: object) -> bool:
        """Tell whether a name occurred."""
        return self._index.execute("SELECT 1 FROM names WHERE name = ?", (_key(str(name)),)).fetchone() is not None


def _key(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()
