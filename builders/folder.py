"""The folder a corpus is published as: Parquet per language and split, README.md with its plot, recipe, artefacts, log.

Readers find everything through README.md, so replacing it is the moment a change becomes visible; files it does not
name any more are removed after that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import datasets

from silverner.builders.recipe.export import recipe_text
from silverner.dataset_cards.card.plot import PLOT, draw
from silverner.dataset_cards.card.provenance import RECIPE
from silverner.dataset_cards.card.render import CARD, render_card
from silverner.dataset_cards.release.history import CHANGELOG
from silverner.dataset_cards.release.release import MANIFEST, manifest_text
from silverner.projection.chain.store import copy_atomically, file_hash, write_atomically, write_text
from silverner.projection.errors import OutputError

LAYOUT = 2


class CorpusFolder:
    """One corpus on disk."""

    def __init__(self, path: Path, *, name: str) -> None:
        """Open a folder, or plan a new one.

        :param path: The folder; it may not exist yet.
        :param name: The corpus that is to be written there.
        :raises OutputError: when it holds something else.
        """
        self.path = path
        manifest = path / MANIFEST
        self._manifest: dict[str, Any] = {"layout": LAYOUT, "name": name, "languages": {}}
        if manifest.is_file():
            try:
                self._manifest = json.loads(manifest.read_text(encoding="utf-8"))
                found = self._manifest["name"], self._manifest["layout"], self._manifest["languages"]
            except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
                raise OutputError(f"{manifest} is damaged ({error}); build into another folder with --out") from error
            if found[0] != name:
                raise OutputError(
                    f"{path} holds the corpus {found[0]!r}, not {name!r}; build into another folder with --out"
                )
            if found[1] != LAYOUT:
                raise OutputError(
                    f"{path} was built by another version of silverner (layout {found[1]!r}, now {LAYOUT}); build into "
                    "another folder with --out"
                )
        elif path.exists() and (not path.is_dir() or any(p.name != "build.log" for p in path.iterdir())):
            raise OutputError(f"{path} exists and is no silverner corpus; build into another folder with --out")
        self._stale: set[str] = set()
        self._waiting = False

    @property
    def languages(self) -> Mapping[str, Any]:
        """What the manifest says of every language."""
        languages: Mapping[str, Any] = self._manifest["languages"]
        return languages

    @property
    def artefacts(self) -> Path:
        """Folder of the artefacts engines made that cannot be made again."""
        return self.path / "artefacts"

    def write_language(
        self, code: str, data: datasets.DatasetDict, facts: Mapping[str, Any], artefacts: Mapping[str, Path]
    ) -> None:
        """Write the files of one language; nobody sees them before :meth:`publish`.

        :param code: The language.
        :param data: Its splits.
        :param facts: What the manifest shall say of it.
        :param artefacts: Its engines' artefacts, by file name.
        :raises OutputError: when a file cannot be written.
        """
        if not (self.path / MANIFEST).is_file():
            # The folder is claimed before anything else lies in it, so that a build cut short here can go on here.
            write_text(self.path / MANIFEST, json.dumps(self._manifest) + "\n")
        before = self.languages.get(code, {})
        splits = {split: self._write_split(code, split, rows) for split, rows in data.items()}
        kept = {}
        for name, origin in artefacts.items():
            path = self.artefacts / name
            if not path.is_file() or file_hash(path) != file_hash(origin):
                copy_atomically(origin, path)
            kept[f"artefacts/{name}"] = file_hash(path)
        self._manifest["languages"][code] = {**facts, "splits": splits, "artefacts": kept}
        self._manifest["languages"] = dict(sorted(self._manifest["languages"].items()))
        self._stale |= _files(before)
        self._waiting = True

    def publish(self) -> None:
        """Make the written languages visible, and remove the files they replace; without any, do nothing.

        :raises OutputError: when a file cannot be written.
        :raises RecipeError: when no licence fits the parts of the corpus.
        """
        if not self._waiting:
            return
        card = self.path / CARD
        before = card.read_text(encoding="utf-8", errors="replace") if card.is_file() else ""
        recorded = (self.path / CHANGELOG).is_file()
        text, plot = render_card(self._manifest, existing=before, recorded=recorded), draw(self._manifest)
        write_text(self.path / RECIPE, recipe_text(self._manifest))
        write_atomically(self.path / PLOT, lambda temporary: _write_bytes(plot, temporary))
        write_text(card, text)
        write_text(self.path / MANIFEST, manifest_text(self._manifest))
        used = {name for facts in self.languages.values() for name in _files(facts)}
        for name in self._stale - used:
            (self.path / name).unlink(missing_ok=True)
        self._stale, self._waiting = set(), False

    def _write_split(self, code: str, split: str, rows: datasets.Dataset) -> dict[str, Any]:
        """Write one Parquet file under a name that changes with its content, which is how caches notice."""
        whole = self.path / code / f".{split}.parquet"
        write_atomically(whole, lambda temporary: _write_parquet(rows, temporary))
        digest = file_hash(whole)
        name = f"{code}/{split}-{digest[:12]}.parquet"
        try:
            whole.replace(self.path / name)
        except OSError as error:
            raise OutputError(f"cannot write {self.path / name}: {error.strerror or error}") from error
        size = (self.path / name).stat().st_size
        return {"file": name, "rows": rows.num_rows, "bytes": int(rows.data.nbytes), "size": size, "sha256": digest}


def _write_bytes(data: bytes, path: Path) -> None:
    path.write_bytes(data)


def _write_parquet(rows: datasets.Dataset, path: Path) -> None:
    rows.to_parquet(str(path))


def _files(facts: Mapping[str, Any]) -> set[str]:
    """Name the files a language's facts speak of."""
    return {split["file"] for split in facts.get("splits", {}).values()} | set(facts.get("artefacts", {}))
