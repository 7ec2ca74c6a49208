"""Running text, one sentence a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.lines import numbered_lines
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.sentence import Sentence


class TextReader(Reader):
    """Reads running text: every line is a sentence, empty lines included."""

    name = "text"
    title = "running text"
    has_labels = False

    def read(self, corpus: CorpusFiles, *, split: str, tagged: bool) -> Iterator[Sentence]:
        """Read one sentence a line."""
        path = Path(corpus.files[split])
        for number, line in numbered_lines(path):
            identity = f"{split}-{number:06d}"
            yield Sentence(id=identity, document=identity, where=f"{path}, line {number}", text=line.strip())
