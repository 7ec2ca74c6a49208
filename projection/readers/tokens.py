"""Text that is already split into tokens, one sentence a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from silverner.projection.errors import DataError
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.lines import numbered_lines
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.sentence import Sentence


class TokensReader(Reader):
    """Reads tokens separated by spaces or tabs: every line is a sentence, empty lines included."""

    name = "tokens"
    title = "text split into tokens"
    has_labels = False

    def read(self, corpus: CorpusFiles, *, split: str, tagged: bool) -> Iterator[Sentence]:
        """Read one sentence a line."""
        path = Path(corpus.files[split])
        for number, line in numbered_lines(path):
            tokens = tuple(part for part in re.split(r"[ \t]+", line) if part)
            if not all(map(str.strip, tokens)):
                raise DataError(f"{path}, line {number}: a token of white space alone (a no-break space?); remove it")
            identity = f"{split}-{number:06d}"
            yield Sentence(id=identity, document=identity, where=f"{path}, line {number}", tokens=tokens)
