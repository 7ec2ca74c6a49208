"""The one table of corpus formats, and how ``auto`` finds the format of a file.

Recipes, messages and README take the names of formats from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from silverner.projection.errors import UsageError, nearest
from silverner.projection.readers.conll import ConllReader
from silverner.projection.readers.conllu import ConlluReader
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.csv import CsvReader
from silverner.projection.readers.germeval import GermevalReader
from silverner.projection.readers.guess import FormatGuess, guess_text_format
from silverner.projection.readers.hub import HubReader
from silverner.projection.readers.json import JsonReader
from silverner.projection.readers.jsonl import JsonLinesReader
from silverner.projection.readers.lines import ending_of
from silverner.projection.readers.parquet import ParquetReader
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.text import TextReader
from silverner.projection.readers.tokens import TokensReader
from silverner.projection.readers.uner import UnerReader

_READERS: tuple[Reader, ...] = (
    CsvReader(),
    ConlluReader(),  # what more columns tell comes first: others would take the file for theirs
    GermevalReader(),
    UnerReader(),  # before CoNLL, since a UNER file of three columns would pass for CoNLL
    ConllReader(),
    TextReader(),
    TokensReader(),
    JsonLinesReader(),
    JsonReader(),
    ParquetReader(),
    HubReader(),
)
READERS: Mapping[str, Reader] = {reader.name: reader for reader in _READERS}
"""The reader of every format; ``auto`` asks them in this order."""
FORMATS = ("auto", *READERS)
"""The names that ``format:`` takes in a recipe."""

if TYPE_CHECKING:
    CorpusFormat = str
else:
    CorpusFormat = Literal[FORMATS]  # made from the table; a type checker would need the names written out again


def detect_text_format(path: Path) -> str:
    """Guess the format of a text file from its first lines, then from its ending.

    :param path: The file.
    :returns: The name of the format; ``text`` if no other is recognised and nothing speaks against it.
    :raises MissingFileError: when the file cannot be opened.
    :raises DataError: when it is not a text file, or neither running text nor in a format that is recognised.
    """
    return guess_text_format(path, READERS).format


def format_of(corpus: CorpusFiles, *, split: str, tagged: bool) -> FormatGuess:
    """Find the format of one split of a corpus.

    :param corpus: The corpus; ``auto`` looks at the file of the split.
    :param split: The split.
    :param tagged: Whether labels are needed; without them, ``auto`` reads running text as tokens.
    :returns: Its format, and why.
    :raises UsageError: when there is no such format.
    :raises DataError: when the file cannot be guessed.
    """
    name = corpus.format
    if name != "auto":
        if name not in READERS:
            raise UsageError(f"unknown format {name!r}; {nearest(name, FORMATS)}")
        return FormatGuess(format=name, title=READERS[name].title, reason=f"format: {name}")
    path = Path(corpus.files[split])
    ending = ending_of(path)
    for reader in READERS.values():
        if ending in reader.suffixes:
            return FormatGuess(format=reader.name, title=reader.title, reason=f"its name ends in {ending}")
    guess = guess_text_format(path, READERS)
    if guess.format == TextReader.name and not tagged:
        reason = f"{guess.reason}; format: text splits punctuation from words"
        return FormatGuess(format=TokensReader.name, title=TokensReader.title, reason=reason, is_certain=False)
    return guess
