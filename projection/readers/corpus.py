"""Reads and hashes a whole corpus, whatever its format."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from silverner.projection.errors import DataError
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.file_list import one_by_one, with_distinct_ids
from silverner.projection.readers.formats import READERS, format_of
from silverner.projection.readers.guess import FormatGuess, report
from silverner.projection.readers.reader import OPTIONAL_KEYS
from silverner.projection.readers.sentence import Sentence
from silverner.projection.readers.text import TextReader
from silverner.projection.text.first_places import FirstPlaces


def read_corpus(corpus: CorpusFiles, *, tagged: bool, unique_ids: bool = True) -> Iterator[Sentence]:
    """Read all splits of a corpus, in the order they are named.

    :param corpus: What to read.
    :param tagged: Whether to read the labels.
    :param unique_ids: Whether a repeated id is an error; nothing depends on ids where sentences are paired by order.
    :returns: The sentences; ids are unique within a split, unless they need not be.
    :raises DataError: when a file breaks a rule, or repeats an id.
    :raises MissingFileError: when a file or dataset cannot be read.
    """
    try:
        yield from _read_splits(corpus, tagged=tagged, unique_ids=unique_ids)
    except DataError as error:
        error.page = "docs/pages/how-to/formats.md"
        raise


def _read_splits(corpus: CorpusFiles, *, tagged: bool, unique_ids: bool) -> Iterator[Sentence]:
    for split, name in corpus.files.items():
        places = FirstPlaces()
        count = 0
        parts = one_by_one(corpus, split)
        files = [part.files[split] for part in parts]
        for part in parts:
            sentences = _read_file(part, split, tagged=tagged)
            if len(parts) > 1:
                sentences = with_distinct_ids(sentences, part.files[split], files, count)
            for sentence in sentences:
                if unique_ids and (first := places.first(sentence.id, sentence.where)) is not None:
                    raise DataError(
                        f"{sentence.where}: the id {sentence.id!r} stands already at {first}; make ids unique"
                    )
                count += 1
                yield sentence if sentence.split == split else replace(sentence, split=split)
        if not count:
            raise DataError(f"{name}: the split {split!r} holds no sentence")


def _read_file(corpus: CorpusFiles, split: str, *, tagged: bool) -> Iterator[Sentence]:
    """Read one file of a split."""
    name = corpus.files[split]
    guess = format_of(corpus, split=split, tagged=tagged)
    if corpus.format == "auto":
        report(name, guess)
    reader = READERS[guess.format]
    if tagged and not reader.has_labels:
        raise DataError(
            f"{name}: {reader.title} has no labels; formats with labels: {_labelled_formats()} "
            f"({guess.reason}; if the file has labels, write its format: format: conll in a recipe, --format conll)"
        )
    for key in OPTIONAL_KEYS:
        if getattr(corpus, key) is not None and key not in reader.keys:
            formats = " and ".join(name for name, one in READERS.items() if key in one.keys)
            raise DataError(f"{name}: the key {key!r} is for {formats}; this file is read as {reader.title}")
    yield from _doubted(reader.read(corpus, split=split, tagged=tagged), guess)


def _doubted(sentences: Iterator[Sentence], guess: FormatGuess) -> Iterator[Sentence]:
    """Pass sentences on; if the format was a guess with a doubt, say so in the error of its reader."""
    try:
        yield from sentences
    except DataError as error:
        if not guess.doubt:
            raise
        raise DataError(f"{error} ({guess.doubt})") from error


def _labelled_formats() -> str:
    return ", ".join(name for name, reader in READERS.items() if reader.has_labels)


def content_hash(corpus: CorpusFiles) -> str:
    """Hash what a corpus holds, so that a changed file is noticed whatever its name and date.

    :param corpus: The corpus.
    :returns: 64 hexadecimal digits: over the bytes of the files, or over the rows of a dataset.
    :raises MissingFileError: when a file or dataset cannot be read.
    """
    digest = hashlib.sha256()
    for split in sorted(corpus.files):
        digest.update(split.encode() + b"\0")
        # A file is hashed by its bytes whatever its format, so "auto" need not look into it.
        reader = READERS[TextReader.name if corpus.format == "auto" else corpus.format]
        for one in one_by_one(corpus, split):
            for part in reader.content(one, split=split):
                digest.update(part)
    return digest.hexdigest()
