"""One release of a corpus, in a folder or on the Hub: what its manifest says, and its rows."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from silverner.dataset_cards.facts.corpus import ReleasedFacts
from silverner.projection.errors import DataError, MissingFileError, UsageError
from silverner.projection.spans import tag_names

MANIFEST = "manifest.json"
_REPO = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)(@(?P<revision>[\w./-]+))?")


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """Write a manifest as it stands in a folder.

    :param manifest: The facts.
    :returns: JSON.
    """
    return json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Row:
    """A published sentence, as far as releases are compared."""

    split: str
    tokens: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A corpus at one version.

    :param path: Its folder.
    :param name: Its name.
    :param languages: What the manifest says of every config.
    """

    path: Path
    name: str
    languages: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of_folder(cls, path: Path) -> Release:
        """Read the manifest of a folder.

        :param path: The folder.
        :returns: The release.
        :raises SilvernerError: when there is no corpus, or its manifest is damaged.
        """
        file = path / MANIFEST
        if not file.is_file():
            raise MissingFileError(
                f"{path} is no silverner corpus: there is no {MANIFEST} in it; silverner build makes one"
            )
        try:
            facts = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise DataError(f"{file} is damaged ({error}); build the corpus again") from error
        ReleasedFacts.check(facts)
        return cls(path, facts["name"], facts["languages"])

    @property
    def version(self) -> str:
        """The version all of its languages have.

        :raises DataError: when they differ, or there are none.
        """
        found = {code: facts["version"] for code, facts in self.languages.items()}
        if len(set(found.values())) != 1:
            said = ", ".join(f"{code} {version}" for code, version in found.items()) or "none at all"
            raise DataError(
                f"{self.path}: a release has one version, and this folder has {said}; say one under version: in the "
                "recipe and build all languages again (finished work is not done twice)"
            )
        return str(next(iter(found.values())))

    def rows(self, code: str) -> dict[str, Row]:
        """Read the sentences of a language by id.

        :param code: The config.
        :returns: The rows.
        :raises DataError: when a file cannot be read, or is no corpus of this layout.
        """
        rows = {}
        for split, part in self.languages[code]["splits"].items():
            file = self.path / part["file"]
            try:
                table = pq.read_table(file, columns=["id", "tokens", "ner_tags"])
                table.select(["id", "tokens", "ner_tags"])
            except (OSError, pa.ArrowException, KeyError) as error:
                raise DataError(f"{file} cannot be read ({error}); run silverner check {self.path}") from error
            names = tag_names(list(self.languages[code]["recipe"]["labels"]))
            for row_id, tokens, tags in zip(*(column.to_pylist() for column in table.columns), strict=True):
                rows[row_id] = Row(split, tuple(tokens), tuple(names[tag] for tag in tags))
        return rows


@contextmanager
def opened(place: str, *, endpoint: str | None = None) -> Iterator[Release]:
    """Open a release by folder, or by ``org/name`` or ``org/name@revision`` on the Hub.

    :param place: Where it is.
    :param endpoint: Address of the Hub, if not the usual one.
    :returns: The release; what was fetched is gone afterwards.
    :raises SilvernerError: when it is not there.
    """
    if Path(place).is_dir():
        yield Release.of_folder(Path(place))
        return
    match = _REPO.fullmatch(place)
    if match is None or Path(place).exists():
        raise UsageError(f"{place!r} is neither a folder nor a dataset on the Hub, such as org/name@v1.0.0")
    with tempfile.TemporaryDirectory(prefix="silverner-") as scratch:
        _fetch(match["repo"], match["revision"], Path(scratch), endpoint)
        yield Release.of_folder(Path(scratch))


def _fetch(repo: str, revision: str | None, into: Path, endpoint: str | None) -> None:
    """Fetch manifest and rows of a release.

    :raises HubError: when it is not there, or cannot be had after several tries.
    """
    from huggingface_hub import snapshot_download

    from silverner.dataset_cards.hub.client import Hub

    Hub(repo, endpoint=endpoint).patiently(
        lambda: snapshot_download(
            repo,
            repo_type="dataset",
            revision=revision,
            local_dir=into,
            endpoint=endpoint,
            allow_patterns=[MANIFEST, "*.parquet"],
        )
    )
