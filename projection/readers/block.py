"""The lines of one sentence, in files that have one token a line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from silverner.projection.readers.sentence import Sentence
from silverner.projection.spans import Span


@dataclass
class Block:
    """The lines of one sentence, with their numbers and columns; ``id`` and ``document`` where the file names them."""

    document: str | None
    id: str | None
    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

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
            tokens=tokens,
            spans=spans,
        )
