"""One release of a corpus, in a folder or on the Hub: its facts and its rows."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from silverner.dataset_cards.columns import column_fault
from silverner.dataset_cards.facts.manifest import MANIFEST, manifest_values
from silverner.dataset_cards.facts.released import ReleasedFacts, ReleasedLanguage
from silverner.dataset_cards.hub.client import Hub
from silverner.dataset_cards.hub.failures import HubError
from silverner.dataset_cards.hub.repository import REPO_ID
from silverner.dataset_cards.release.released_rows import ReleasedRows
from silverner.projection.errors import DataError, MissingFileError, UsageError
from silverner.projection.paths import regular_file
from silverner.projection.spans import tag_names

_COLUMNS = ["id", "tokens", "ner_tags"]
"""The columns that releases are compared by."""
_AT_ONCE = 1000
"""Rows that are read at once."""
_REPO = re.compile(rf"(?P<repo>{REPO_ID.pattern})(@(?P<revision>[\w./-]+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Release:
    """A corpus at one version.

    :param path: Its folder.
    :param name: Its name.
    :param languages: The facts of every config.
    """

    path: Path
    name: str
    languages: Mapping[str, ReleasedLanguage]

    @classmethod
    def of_folder(cls, path: Path) -> Release:
        """Read the facts of a release from a folder.

        :param path: The folder.
        :returns: The release.
        :raises SilvernerError: when the folder holds no corpus, or its manifest is damaged.
        """
        try:
            facts = ReleasedFacts.of(manifest_values(path))
        except MissingFileError as error:
            raise MissingFileError(
                f"{path} is no silverner corpus: there is no {MANIFEST} in it; silverner build makes one"
            ) from error
        return cls(path, facts.name, facts.languages)

    @property
    def version(self) -> str:
        """The version of all its languages.

        :raises DataError: when the versions differ, or there is no language.
        """
        versions = {code: facts.version for code, facts in self.languages.items()}
        if len(set(versions.values())) != 1:
            listed = ", ".join(f"{code} {version}" for code, version in versions.items()) or "none"
            raise DataError(
                f"{self.path}: a release has one version, and this folder has {listed}; write one under version: "
                "in the recipe and build all languages again (finished stages are not run twice)"
            )
        return next(iter(versions.values()))

    def rows(self, code: str) -> ReleasedRows:
        """Read the sentences of a language.

        :param code: The config.
        :returns: The rows, as far as releases are compared by them.
        :raises DataError: when a file cannot be read, or lacks a column.
        """
        facts, rows = self.languages[code], ReleasedRows()
        names = tag_names(list(facts.recipe["labels"]))
        for split, part in facts.splits.items():
            for file in (regular_file(self.path, one.file) for one in part.files):
                for row_id, tokens, tags in self._read(file):
                    if not all(0 <= tag < len(names) for tag in tags):
                        where = f"{file}: {row_id!r:.80}"
                        raise DataError(f"{where} has a tag number outside 0 to {len(names) - 1}: {tags}")
                    rows.add(row_id, split, tokens, [names[tag] for tag in tags])
        return rows

    def _read(self, path: Path) -> Iterator[tuple[str, list[str], list[int]]]:
        """Read id, tokens and tag numbers of every row of a file."""
        try:
            with pq.ParquetFile(path) as file:
                file.schema_arrow.empty_table().select(_COLUMNS)
                for batch in file.iter_batches(_AT_ONCE, columns=_COLUMNS):
                    table = pa.Table.from_batches([batch]).select(_COLUMNS)
                    if (why := column_fault(table)) is not None:
                        raise DataError(f"{path}: {why}; run silverner check {self.path}")
                    yield from zip(*(column.to_pylist() for column in table.columns), strict=True)
        except (OSError, pa.ArrowException, KeyError) as error:
            raise DataError(f"{path} cannot be read ({error}); run silverner check {self.path}") from error


@contextmanager
def open_release(place: str, *, endpoint: str | None = None) -> Iterator[Release]:
    """Open a release by folder, or by ``org/name`` or ``org/name@revision`` on the Hub.

    :param place: Where it is.
    :param endpoint: Address of the Hub, if not the usual one.
    :returns: The release; files fetched from the Hub are removed afterwards.
    :raises SilvernerError: when there is no such release.
    """
    if Path(place).is_dir():
        yield Release.of_folder(Path(place))
        return
    match = _REPO.fullmatch(place)
    if match is None or Path(place).exists():
        raise UsageError(f"{place!r} is neither a folder nor a dataset on the Hub, such as org/name@v1.0.0")
    with tempfile.TemporaryDirectory(prefix="silverner-") as scratch:
        try:
            _fetch(match["repo"], match["revision"], Path(scratch), endpoint)
        except HubError as error:
            raise HubError(f"there is no folder {place!r}, so the Hub was asked; {error}") from error
        yield Release.of_folder(Path(scratch))


def _fetch(repo: str, revision: str | None, into: Path, endpoint: str | None) -> None:
    """Fetch manifest and rows of a release.

    :raises HubError: when there is no such release, or the Hub does not answer after several tries.
    """
    from huggingface_hub import snapshot_download

    Hub(repo, endpoint=endpoint).retry(
        lambda: snapshot_download(
            repo,
            repo_type="dataset",
            revision=revision,
            local_dir=into,
            endpoint=endpoint,
            allow_patterns=[MANIFEST, "*.parquet"],
        )
    )
