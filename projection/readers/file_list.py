"""The files of a split, where a glob or a folder stands for several; and ids that differ between them."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from silverner.projection.errors import MissingFileError
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.sentence import Sentence


def one_by_one(corpus: CorpusFiles, split: str) -> list[CorpusFiles]:
    """Find the files of a split: one, those that a glob matches, or those in a folder, by their names in order.

    :param corpus: The corpus.
    :param split: The split.
    :returns: For every file, the corpus with this file alone.
    :raises MissingFileError: when a glob or a folder has no file.
    """
    name = corpus.files[split]
    if corpus.dataset is not None:
        return [corpus]
    path = Path(name)
    if path.is_dir():
        files = [str(file) for file in path.iterdir() if file.is_file() and not file.name.startswith(".")]
    elif glob.has_magic(name) and not path.exists():
        files = [file for file in glob.glob(name, recursive=True) if Path(file).is_file()]  # noqa: PTH207 - a whole path
    else:
        return [corpus]
    if not files:
        raise MissingFileError(f"cannot read {name}: no file is there; write the name of a file, a glob or a folder")
    return [replace(corpus, files={split: file}) for file in sorted(files)]


def with_distinct_ids(sentences: Iterable[Sentence], file: str, files: Sequence[str], count: int) -> Iterator[Sentence]:
    """Give sentences of several files one numbering, and put the name of the file before ids that stand in it.

    :param sentences: The sentences of one file.
    :param file: The file.
    :param files: All files of the split.
    :param count: The number of sentences in the files before.
    :returns: The same sentences with other ids and documents.
    """
    folder = os.path.commonpath([Path(one).parent for one in files])
    prefix = os.path.relpath(file, folder)
    for number, sentence in enumerate(sentences, start=count + 1):
        split = sentence.id.rpartition("-")[0]
        identity = f"{prefix}/{sentence.id}" if sentence.named else f"{split}-{number:06d}"
        document = identity if sentence.document == sentence.id else f"{prefix}/{sentence.document}"
        yield replace(sentence, id=identity, document=document)
