"""The lines of one sentence, in files that have one token a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from silverner.projection.readers.sentence import Sentence
from silverner.projection.spans import Span


class Row(list[str]):
    """The columns of a line, and its ``tag`` where the reader has looked at it."""

    __slots__ = ("tag",)
    tag: str


RowT = TypeVar("RowT", bound=list[str])


@dataclass(slots=True)
class Block(Generic[RowT]):
    """The lines of one sentence, with their numbers and columns; ``id`` and ``document`` where the file names them.

    A whole file is held as blocks, so numbers are a range where they can be, and equal lines may share their row.
    """

    document: str | None
    id: str | None
    lines: range | list[int] = range(0)
    rows: list[RowT] = field(default_factory=list)

    def add(self, number: int, rows: Sequence[RowT]) -> None:
        """Add lines that follow each other in the file.

        :param number: The number of the first.
        :param rows: Their columns.
        """
        numbers = range(number, number + len(rows))
        if not self.rows:
            self.lines = numbers
        elif isinstance(self.lines, range) and self.lines.stop == number:
            self.lines = range(self.lines.start, numbers.stop)
        else:
            if isinstance(self.lines, range):
                self.lines = list(self.lines)
            self.lines.extend(numbers)
        self.rows.extend(rows)

    def sentence(
        self, number: int, *, split: str, path: Path, tokens: tuple[str, ...], spans: tuple[Span, ...] | None
    ) -> Sentence:
        """Make the sentence of the lines.

        :param number: Its number in the file, from 1; an id is made from it where the file has none.
        :param split: The split, which begins such an id.
        :param path: The file.
        :param tokens: The tokens.
        :param spans: The entities; ``None`` where they are not read.
        :returns: The sentence; without a document, it is its own.
        """
        identity = self.id or f"{split}-{number:06d}"
        return Sentence(
            id=identity,
            named=self.id is not None,
            document=self.document or identity,
            where=f"{path}, line {self.lines[0]}",
            split=split,
            tokens=tokens,
            spans=spans,
        )
