"""Datasets of the Hugging Face Hub, and folders that hold a dataset."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from silverner.projection.errors import MissingFileError, NotDownloadedError
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.dataset_folder import refuse_ways_out, without_media
from silverner.projection.readers.dataset_rows import sentences_from_dataset
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.sentence import Sentence

CONVERTED = "refs/convert/parquet"
"""The branch to which the Hub converts datasets. It has no card that names configurations: each of them is a folder."""
_NO_DATA = {"README.md", ".gitattributes"}
"""Files that the library downloads to look at a dataset."""


class HubReader(Reader):
    """Reads one dataset row a sentence."""

    name = "hub"
    title = "a Hugging Face dataset"
    keys = frozenset({"language"})

    def read(self, corpus: CorpusFiles, *, split: str, tagged: bool) -> Iterator[Sentence]:
        """Read one sentence a row."""
        place = f"{corpus.dataset or ''}/{corpus.files[split]}"
        return sentences_from_dataset(_open_split(corpus, split), corpus, place=place, split=split, tagged=tagged)

    def content(self, corpus: CorpusFiles, *, split: str) -> Iterator[bytes]:
        """Yield the features and the rows of one split."""
        data = _open_split(corpus, split)
        yield repr(sorted(data.features.items())).encode()
        for row in data:
            yield json.dumps(row, sort_keys=True, default=str).encode()


def _open_split(corpus: CorpusFiles, split: str) -> Any:
    return open_dataset(corpus.dataset or "", config=corpus.config, revision=corpus.revision, split=corpus.files[split])


def open_dataset(name: str, *, config: str | None, revision: str | None, split: str) -> Any:
    """Open one split of a Hugging Face dataset: an id on the Hub, a folder, or a folder written by ``save_to_disk``.

    :param name: Hub id or path of a folder.
    :param config: Its configuration, such as a language.
    :param revision: Branch, tag or commit.
    :param split: The split.
    :returns: The ``datasets.Dataset``.
    :raises DataError: when a folder leads out of itself.
    :raises MissingFileError: when it cannot be loaded, with the library's own reason.
    """
    folder = Path(name)
    if folder.is_dir():
        refuse_ways_out(folder)
    return without_media(_load(folder, name, config=config, revision=revision, split=split))


def is_offline_id(name: str) -> bool:
    """Tell whether a name is the id of a repository on the Hub, and the Hub is not asked.

    :param name: An id, or the path of a folder.
    :returns: Whether a program that is online might find it.
    """
    from huggingface_hub import constants

    is_id = re.fullmatch(r"[\w.-]+/[\w.-]+", name) is not None and not Path(name).parent.exists()
    return is_id and constants.HF_HUB_OFFLINE


def _snapshot(name: str, revision: str | None) -> str | None:
    """Find what was downloaded of a dataset, where the Hub is not asked.

    The library itself then knows only datasets that it has loaded before, and it does not look at the revision.
    """
    if not is_offline_id(name):
        return None
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(name, repo_type="dataset", revision=revision, local_files_only=True))
    except OSError:  # nothing of this revision
        return None
    has_data = any(file.is_file() and file.name not in _NO_DATA for file in folder.rglob("*"))
    return str(folder) if has_data else None


def _load(folder: Path, name: str, *, config: str | None, revision: str | None, split: str) -> Any:
    import datasets
    import datasets.exceptions

    try:
        if (folder / "dataset_dict.json").is_file() or (folder / "state.json").is_file():
            loaded = datasets.load_from_disk(name)
            if isinstance(loaded, datasets.DatasetDict):
                return loaded[split]
            if loaded.split is not None and str(loaded.split) != split:
                raise KeyError(f"the folder holds the split {str(loaded.split)!r} alone")
            return loaded
        choice = {"data_dir" if revision == CONVERTED else "name": config}
        return datasets.load_dataset(_snapshot(name, revision) or name, revision=revision, split=split, **choice)
    except (
        *(OSError, ValueError, KeyError, RuntimeError, TypeError, AttributeError),  # the library's, of a damaged card
        datasets.exceptions.DatasetsError,
    ) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if isinstance(error, OSError) and not folder.exists():
            at = f" --revision {revision}" if revision else ""
            reason += f"; name a folder, or fetch it once while online: hf download {name} --repo-type dataset{at}"
        kind = NotDownloadedError if is_offline_id(name) and isinstance(error, OSError) else MissingFileError
        raise kind(
            f"cannot load dataset {name!r} (config {config}, revision {revision}, split {split}): {reason}"
        ) from error
