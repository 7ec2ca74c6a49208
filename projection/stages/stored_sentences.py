"""The sentences of a whole corpus as a sequence that lies on the disk, for engines that read all of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, overload

import pyarrow as pa

_TOKENS = pa.schema({"tokens": pa.list_(pa.string())})


class StoredSentences(Sequence[list[str]]):
    """The tokens of every sentence. It reads the batch of a sentence when it is asked for it, and forgets the last."""

    def __init__(self, path: Path) -> None:
        """Begin a file.

        :param path: The file; whoever makes it removes it.
        """
        self._path = path
        self._writer = pa.ipc.new_file(str(path), _TOKENS)
        self._starts = [0]
        self._file: Any = None
        self._batch_number, self._batch = -1, list[list[str]]()

    def append(self, sentences: Sequence[Sequence[str]]) -> None:
        """Add a batch of sentences; this is over when the first sentence is read.

        :param sentences: The tokens of each.
        """
        if sentences:
            self._writer.write_batch(pa.record_batch([pa.array(sentences, _TOKENS.field(0).type)], schema=_TOKENS))
            self._starts.append(self._starts[-1] + len(sentences))

    def __len__(self) -> int:
        """Count the sentences."""
        return self._starts[-1]

    def __iter__(self) -> Iterator[list[str]]:
        """Read all sentences in order."""
        for number in range(len(self._starts) - 1):
            yield from self._batch_of(number)

    @overload
    def __getitem__(self, index: int) -> list[str]: ...
    @overload
    def __getitem__(self, index: slice) -> list[list[str]]: ...
    def __getitem__(self, index: int | slice) -> list[str] | list[list[str]]:
        """Read a sentence, or several."""
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        number = bisect_right(self._starts, place) - 1
        return self._batch_of(number)[place - self._starts[number]]

    def _batch_of(self, number: int) -> list[list[str]]:
        """Return a batch; whoever reads beside another reader gets what that one has read."""
        if number != self._batch_number:
            self._batch_number, self._batch = number, self._read(number)
        return self._batch

    def _read(self, number: int) -> list[list[str]]:
        """Read a batch."""
        if self._file is None:
            self._writer.close()
            self._file = pa.ipc.open_file(pa.OSFile(str(self._path)))  # mapped pages would count as memory
        sentences: list[list[str]] = self._file.get_batch(number).column(0).to_pylist()
        return sentences
