"""One door to all readers: a corpus is a format, files by split (or a dataset id), and where things stand in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.readers.columns import read_columns, sniff
from silverner.projection.readers.sentence import Sentence
from silverner.projection.readers.tables import Fields, open_dataset, read_dataset, read_jsonl, read_text
from silverner.projection.spans import Scheme

CorpusFormat = Literal["auto", "conll", "uner", "text", "tokens", "jsonl", "parquet", "hub"]
FORMATS: tuple[CorpusFormat, ...] = ("auto", "conll", "uner", "text", "tokens", "jsonl", "parquet", "hub")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusFiles:
    """What to read and how.

    :param format: ``text`` is running text and ``tokens`` text already split on spaces, one sentence a line each;
        ``hub`` is a dataset id or folder; ``auto`` tells columns from text.
    :param files: File of every split; for ``hub``, the dataset's own split of every split.
    :param dataset: For ``hub``: the id or folder.
    :param config: For ``hub``: the configuration.
    :param revision: For ``hub``: branch, tag or commit.
    :param fields: Where to look in a row of JSON, Parquet or a dataset.
    :param scheme: The tag scheme.
    :param repair: Repair broken tag sequences instead of refusing them.
    """

    format: CorpusFormat = "auto"
    files: Mapping[str, str] = field(default_factory=dict)
    dataset: str | None = None
    config: str | None = None
    revision: str | None = None
    fields: Fields = field(default_factory=Fields)
    scheme: Scheme = "auto"
    repair: bool = False


def read_corpus(corpus: CorpusFiles, *, tagged: bool) -> Iterator[Sentence]:
    """Read all splits of a corpus, in the order they are named.

    :param corpus: What to read.
    :param tagged: Whether the labels are wanted.
    :returns: The sentences; ids are unique within a split.
    :raises DataError: when a file breaks a rule, or repeats an id.
    :raises MissingFileError: when a file or dataset cannot be read.
    """
    for split, name in corpus.files.items():
        seen: dict[str, str] = {}
        for sentence in _read_split(corpus, split, name, tagged=tagged):
            if sentence.id in seen:
                raise DataError(
                    f"{sentence.where}: the id {sentence.id!r} stands already at {seen[sentence.id]}; make ids unique"
                )
            seen[sentence.id] = sentence.where
            yield replace(sentence, split=split)
        if not seen:
            raise DataError(f"{name}: the split {split!r} holds no sentence")


def _read_split(corpus: CorpusFiles, split: str, name: str, *, tagged: bool) -> Iterator[Sentence]:
    path = Path(name)
    rules: dict[str, Any] = {"name": split, "tagged": tagged, "scheme": corpus.scheme, "repair": corpus.repair}
    if corpus.format == "hub":
        dataset = corpus.dataset or ""
        data = open_dataset(dataset, config=corpus.config, revision=corpus.revision, split=name)
        return read_dataset(data, corpus.fields, place=f"{dataset}/{name}", **rules)
    format_ = corpus.format
    if format_ == "auto":
        guess = {".json": "jsonl", ".jsonl": "jsonl", ".parquet": "parquet"}.get(path.suffix) or sniff(path)
        format_ = "tokens" if guess == "text" and not tagged else guess  # type: ignore[assignment]
    if format_ == "parquet":
        return read_dataset(_open_parquet(path), corpus.fields, place=str(path), **rules)
    if format_ == "jsonl":
        return read_jsonl(path, corpus.fields, **rules)
    if format_ in {"conll", "uner"}:
        return read_columns(path, uner=format_ == "uner", **rules)
    if tagged:
        raise DataError(f"{path}: running text has no labels; a labelled corpus needs columns, JSON lines or Parquet")
    return read_text(path, name=split, tokenised=format_ == "tokens")


def _open_parquet(path: Path) -> object:
    """Open a Parquet file as a dataset, its features taken from its own metadata."""
    import datasets
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return datasets.Dataset(pq.read_table(path))
    except OSError as error:
        reason = error.strerror if path.is_file() else "no such file"
        raise MissingFileError(f"cannot read {path}: {reason or error}") from error
    except (pa.ArrowException, ValueError) as error:
        raise DataError(f"{path}: not a Parquet file that can be read: {error}") from error


def content_hash(corpus: CorpusFiles) -> str:
    """Hash what a corpus holds, so that a changed file is noticed whatever its name and date.

    :param corpus: The corpus.
    :returns: 64 hexadecimal digits: over the bytes of the files, or over the rows of a dataset.
    :raises MissingFileError: when a file or dataset cannot be read.
    """
    digest = hashlib.sha256()
    for split, name in sorted(corpus.files.items()):
        digest.update(split.encode() + b"\0")
        if corpus.format == "hub":
            data = open_dataset(corpus.dataset or "", config=corpus.config, revision=corpus.revision, split=name)
            digest.update(repr(sorted(data.features.items())).encode())
            for row in data:
                digest.update(json.dumps(row, sort_keys=True, default=str).encode())
            continue
        try:
            with Path(name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise MissingFileError(f"cannot read {name}: {error.strerror or error}") from error
    return digest.hexdigest()
