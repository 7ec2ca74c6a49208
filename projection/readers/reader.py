"""What every format of corpora declares: its name, the files it recognises, and how it reads them."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from silverner.projection.parsing.text_file import open_regular
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.layout import Likeness, NumberedLines
from silverner.projection.readers.sentence import Sentence

OPTIONAL_KEYS = ("layer", "column")
"""Keys of a corpus that some formats read, and others refuse."""


class Reader(ABC):
    """Reads the corpora of one format."""

    name: ClassVar[str]
    """The format's name in recipes."""
    title: ClassVar[str]
    """What messages call the format."""
    suffixes: ClassVar[tuple[str, ...]] = ()
    """Endings of files that have this format whatever stands in them."""
    text_suffixes: ClassVar[tuple[str, ...]] = ()
    """Endings of text files that have this format unless their first lines are recognised as another."""
    has_labels: ClassVar[bool] = True
    """Whether a file of this format can hold labels."""

    keys: ClassVar[frozenset[str]] = frozenset()
    """Keys of :data:`OPTIONAL_KEYS` that this format reads."""
    looks: ClassVar[str] = ""
    """What the lines of this format do, in messages: ``end in a tag``."""

    def likeness(self, lines: NumberedLines) -> Likeness:
        """Tell how many lines of a text file look like this format.

        :param lines: Its first lines, with their numbers.
        :returns: No lines at all for a format that is not told by its lines.
        """
        return Likeness()

    @abstractmethod
    def read(self, corpus: CorpusFiles, *, split: str, tagged: bool) -> Iterator[Sentence]:
        """Read one split of a corpus.

        :param corpus: The corpus; ``corpus.files[split]`` is the file to read.
        :param split: The split; it begins the ids of sentences that have none.
        :param tagged: Whether to read the labels.
        :returns: The sentences in order.
        :raises DataError: naming the place that breaks a rule.
        :raises MissingFileError: when the file cannot be opened.
        """

    def content(self, corpus: CorpusFiles, *, split: str) -> Iterator[bytes]:
        """Yield what tells the content of one split from any other: here the hash of its file.

        :param corpus: The corpus.
        :param split: The split.
        :returns: Bytes in a fixed order.
        :raises MissingFileError: when the file cannot be opened.
        """
        with open_regular(Path(corpus.files[split])) as file:
            yield hashlib.file_digest(file, "sha256").digest()
