"""The rows of a release as far as they are compared with those of another one: hashes, in 32 bytes a row."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np

CHANGES = ("added", "removed", "relabelled", "rewritten", "moved")
"""The kinds of changes of rows."""


class ReleasedRows:
    """Rows by id: the split, and the hashes of tokens and tags, which hold for this process alone."""

    def __init__(self) -> None:
        """Begin without rows."""
        self._columns = {name: array("q") for name in ("id", "split", "tokens", "tags")}

    def add(self, row_id: str, split: str, tokens: Iterable[str], tags: Iterable[str]) -> None:
        """Add a row.

        :param row_id: Its id.
        :param split: Its split.
        :param tokens: Its tokens.
        :param tags: Its tags by name.
        """
        values = (row_id, split, tuple(tokens), tuple(tags))
        for column, value in zip(self._columns.values(), values, strict=True):
            column.append(hash(value))

    def changes_since(self, before: ReleasedRows) -> dict[str, int]:
        """Count rows by kind of change; a row that moved and was relabelled counts for both kinds.

        :param before: The rows of the older release.
        :returns: A number for each of :data:`CHANGES`.
        """
        old, new = before._by_id(), self._by_id()
        both, of_old, of_new = np.intersect1d(old["id"], new["id"], assume_unique=True, return_indices=True)
        differs = {name: old[name][of_old] != new[name][of_new] for name in ("split", "tokens", "tags")}
        counts = {
            "added": len(new["id"]) - len(both),
            "removed": len(old["id"]) - len(both),
            "relabelled": int(np.count_nonzero(~differs["tokens"] & differs["tags"])),
            "rewritten": int(np.count_nonzero(differs["tokens"])),
            "moved": int(np.count_nonzero(differs["split"])),
        }
        return {kind: counts[kind] for kind in CHANGES}

    def _by_id(self) -> dict[str, np.ndarray[Any, Any]]:
        """Return the columns with one row an id: the last one."""
        columns = {name: np.array(values)[::-1] for name, values in self._columns.items()}
        _, last = np.unique(columns["id"], return_index=True)
        return {name: values[last] for name, values in columns.items()}
