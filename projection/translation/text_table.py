"""Texts by the ids of their sentences, on the disk: those of a large corpus do not fit into memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


class TextTable:
    """Looks up texts by id. They lie in a temporary file, which the system removes."""

    def __init__(self) -> None:
        """Begin without texts."""
        self._database = sqlite3.connect("", check_same_thread=False)  # a file of its own; one thread at a time uses it
        self._database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;"
            "CREATE TABLE texts (id BLOB PRIMARY KEY, text BLOB) WITHOUT ROWID;"
            "CREATE TABLE needed (id BLOB PRIMARY KEY) WITHOUT ROWID;"
        )

    def add(self, name: str, text: str) -> bool:
        """Add a text, unless its id has one already.

        :param name: The id.
        :param text: The text.
        :returns: Whether it was added.
        """
        row = (_encoded(name), _encoded(text))
        return bool(self._database.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", row).rowcount)

    def get(self, name: str) -> str:
        """Return the text of an id.

        :param name: The id.
        :raises KeyError: when it has none.
        """
        row = self._database.execute("SELECT text FROM texts WHERE id = ?", (_encoded(name),)).fetchone()
        if row is None:
            raise KeyError(name)
        return _decoded(row[0])

    def need(self, names: Iterable[str]) -> None:
        """Say which ids need a text.

        :param names: The ids.
        """
        self._database.executemany("INSERT OR IGNORE INTO needed VALUES (?)", ((_encoded(name),) for name in names))

    def lacking(self) -> tuple[int, str]:
        """Count the ids that need a text and have none, and return the first of them.

        >>> table = TextTable()
        >>> table.need(["b", "c", "d"])
        >>> table.add("a", "uno"), table.add("b", "dos"), table.add("a", "tres")
        (True, True, False)
        >>> table.lacking(), table.superfluous()
        ((2, 'c'), (1, 'a'))
        """
        return self._difference("SELECT count(*), min(id) FROM needed WHERE id NOT IN (SELECT id FROM texts)")

    def superfluous(self) -> tuple[int, str]:
        """Count the texts whose ids need none, and return the first of these ids."""
        return self._difference("SELECT count(*), min(id) FROM texts WHERE id NOT IN (SELECT id FROM needed)")

    def sizes(self) -> tuple[int, int]:
        """Count the texts, and the ids that need one."""
        ((texts, needed),) = self._database.execute(
            "SELECT (SELECT count(*) FROM texts), (SELECT count(*) FROM needed)"
        )
        return texts, needed

    def _difference(self, query: str) -> tuple[int, str]:
        ((count, first),) = self._database.execute(query)
        return count, _decoded(first or b"")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # JSON can hold half of a pair of surrogates


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "surrogatepass")
