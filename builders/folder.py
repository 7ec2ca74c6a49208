"""The folder of a corpus: Parquet per language and split, README.md with its plot, recipe, artefacts, log.

Readers find every file through README.md. So a change becomes visible when README.md is replaced; files that the new
README.md does not name are removed after that.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import datasets
from pydantic import ValidationError

from silverner.builders.prepared_rows import PreparedSplit
from silverner.builders.recipe.export import recipe_text
from silverner.builders.replacement import Replacement, planned_replacement, replacement_of
from silverner.dataset_cards.card.plot import PLOT, draw
from silverner.dataset_cards.card.provenance import RECIPE
from silverner.dataset_cards.card.render import CARD, render_card
from silverner.dataset_cards.companions import COMPANIONS, companions
from silverner.dataset_cards.dropped import DroppedSentence, dropped_name, dropped_text
from silverner.dataset_cards.facts import (
    LAYOUT,
    MANIFEST,
    ChainFacts,
    CorpusFacts,
    CorpusHead,
    LanguageFacts,
    RowFile,
    SplitFiles,
    first_error,
    manifest_text,
    manifest_values,
    refuse_layout,
)
from silverner.dataset_cards.facts.file_names import is_built_file
from silverner.dataset_cards.facts.students import read_students
from silverner.dataset_cards.release.history import CHANGELOG
from silverner.dataset_cards.view import REPORT
from silverner.projection.chain.files import (
    TEMPORARY_PREFIX,
    copy_atomically,
    file_hash,
    publish,
    remove_temporaries,
    temporary_file,
    write_bytes,
    write_text,
)
from silverner.projection.errors import DataError, OutputError
from silverner.projection.paths import ARTEFACTS, CORRECTIONS, DROPPED, STUDENTS, refuse_links

_FILES = (MANIFEST, CARD, RECIPE, PLOT, *COMPANIONS, CHANGELOG, REPORT, "build.log", ARTEFACTS, CORRECTIONS, STUDENTS,
          DROPPED)  # fmt: skip
"""What lies at the top of a corpus folder beside the folders of languages."""
_EARLIER_TEMPORARY = re.compile(
    r"\.(manifest\.json|README\.md|recipe\.yaml|plot\.png|[\w.-]+\.artefact|\.\w[\w.]*\.parquet)\.[a-z0-9_]{8}"
    r"|\.\w[\w.]*\.parquet"
)
"""The temporary files of earlier versions."""


class CorpusFolder:
    """One corpus on disk."""

    def __init__(self, path: Path, *, name: str, may_replace_release: bool = False) -> None:
        """Open a folder, or plan a new one.

        :param path: The folder; it may not exist yet.
        :param name: The corpus that will be written there.
        :param may_replace_release: Whether a published version may get other content.
        :raises OutputError: when the folder holds something else.
        """
        self.path = path
        self.name = name
        self.replacements: list[Replacement] = []
        self._may_replace_release = may_replace_release
        self._repo_id: str | None = None
        self._languages: dict[str, LanguageFacts] = {}
        self._damaged: dict[str, DataError] = {}
        is_corpus = os.path.lexists(path / MANIFEST)
        if (
            not is_corpus
            and path.exists()
            and (not path.is_dir() or not all(map(_is_of_a_first_build, path.iterdir())))
        ):
            raise OutputError(f"{path} exists and is no silverner corpus; build into another folder with --out")
        self._refuse_links(*_FILES)
        if is_corpus:
            self._read_manifest()
        self._refuse_links(*self._languages, *self._damaged)
        read_students(path)  # a file that is no results.json must not show after a night's work
        self._replaced_files: set[str] = set()
        self._card_is_outdated = False

    def _read_manifest(self) -> None:
        """Read the facts of the languages that the folder holds.

        A language with damaged facts can be built again, so it is refused only when the card is written.
        """
        manifest = self.path / MANIFEST
        try:
            values = manifest_values(self.path)
            refuse_layout(values)
            corpus = CorpusHead.model_validate(values)
        except DataError as error:
            raise OutputError(f"{self.path}: {error}; build into another folder with --out") from error
        except ValidationError as error:
            why = f"{manifest} is damaged ({first_error(error)})"
            raise OutputError(f"{why}; build into another folder with --out") from error
        if corpus.name != self.name:
            raise OutputError(
                f"{self.path} holds the corpus {corpus.name!r}, not {self.name!r}; build into another folder with --out"
            )
        self._repo_id = corpus.repo_id
        for code, facts in corpus.languages.items():
            try:
                self._languages[code] = LanguageFacts.model_validate(facts)
            except ValidationError as error:
                self._damaged[code] = DataError(
                    f"{manifest}, languages.{code}.{first_error(error)}; build this language again: --lang {code}"
                )

    def _refuse_links(self, *names: str) -> None:
        """Refuse links, pipes and the like where a build reads or writes: what is behind them is not of this folder."""
        try:
            for name in names:
                refuse_links(self.path, name)
        except DataError as error:
            raise OutputError(f"{error}; or build into another folder with --out") from error

    @property
    def languages(self) -> Mapping[str, LanguageFacts]:
        """The facts of every language."""
        return self._languages

    @property
    def artefacts(self) -> Path:
        """The folder of the artefacts that an engine cannot make a second time."""
        return self.path / ARTEFACTS

    def check_release(self, code: str, recipe: Mapping[str, Any]) -> None:
        """Refuse, before any work, a recipe that would change a published version.

        :param code: The language.
        :param recipe: Its recipe, without defaults.
        :raises OutputError: when it would.
        """
        if code in self._languages:
            self._refuse_replacing(planned_replacement(code, self._languages[code], recipe))

    def _refuse_replacing(self, replacement: Replacement | None) -> None:
        """Refuse to give a published version other content."""
        if replacement is not None and self._repo_id is not None and not self._may_replace_release:
            raise OutputError(
                f"{self.path}, {replacement.code}: version {replacement.version} is published as {self._repo_id}, and "
                f"this build would change it ({replacement.changes}); nothing was replaced; {replacement.advice}, or "
                "replace it all the same with --yes"
            )

    def remove_temporaries(self, codes: Iterable[str]) -> None:
        """Remove what killed builds left. Only a build that keeps others out of the folder may do so.

        :param codes: The languages of the corpus.
        """
        for name in ("", ARTEFACTS, *codes):
            folder = self.path / name
            if folder.is_dir() and (not name or not folder.is_symlink()):
                remove_temporaries(folder)
                for path in filter(_is_earlier_temporary, folder.iterdir()):
                    path.unlink(missing_ok=True)

    def write_language(
        self, code: str, data: Mapping[str, PreparedSplit], facts: ChainFacts, artefacts: Mapping[str, Path]
    ) -> None:
        """Write the files of one language; nobody sees them before :meth:`write_card`.

        :param code: The language.
        :param data: Its splits.
        :param facts: What the build knows of it.
        :param artefacts: Its engines' artefacts, by file name.
        :raises OutputError: when a file cannot be written.
        """
        self._refuse_links(code)
        if not (self.path / MANIFEST).is_file():
            # The folder is claimed before anything else lies in it, so that a build cut short here can go on here.
            write_text(self.path / MANIFEST, json.dumps({"layout": LAYOUT, "name": self.name, "languages": {}}) + "\n")
        splits = {split: self._write_split(code, split, rows) for split, rows in data.items()}
        hashes = {f"{ARTEFACTS}/{name}": file_hash(origin) for name, origin in artefacts.items()}
        complete = LanguageFacts(**dict(facts), splits=splits, artefacts=hashes)
        if code in self._languages:
            self._replace(code, self._languages[code], complete)
        for name, origin in artefacts.items():
            path = self.artefacts / name
            if not path.is_file() or file_hash(path) != hashes[f"{ARTEFACTS}/{name}"]:
                copy_atomically(origin, path)
        self._languages = dict(sorted({**self._languages, code: complete}.items()))
        self._damaged.pop(code, None)
        self._card_is_outdated = True

    def write_dropped(self, code: str, sentences: Sequence[DroppedSentence]) -> None:
        """Write examples of the sentences that were dropped; without any, remove those of an earlier build.

        :param code: The language.
        :param sentences: The examples.
        :raises OutputError: when the file cannot be written.
        """
        path = self.path / dropped_name(code)
        if sentences:
            write_text(path, dropped_text(sentences))
        else:
            path.unlink(missing_ok=True)

    def _replace(self, code: str, before: LanguageFacts, after: LanguageFacts) -> None:
        """Note what the new files of a language replace, or remove them where they would change a published version."""
        replacement = replacement_of(code, before, after)
        try:
            self._refuse_replacing(replacement)
        except OutputError:
            for file in after.row_files:
                if file not in before.files:
                    (self.path / file).unlink(missing_ok=True)
            raise
        self.replacements += [replacement] if replacement is not None else []
        # A manifest can name any file; only those whose names a build of this language gives are removed.
        self._replaced_files |= {name for name in before.files if is_built_file(name, code=code)}

    def write_card(self) -> None:
        """Make the written languages visible, and remove the files they replace; without any, do nothing.

        :raises OutputError: when a file cannot be written.
        :raises DataError: when the facts of a language that was not built are damaged.
        :raises RecipeError: when no licence fits the parts of the corpus.
        """
        if not self._card_is_outdated:
            return
        for error in self._damaged.values():
            raise error
        corpus = CorpusFacts(name=self.name, languages=self._languages, repo_id=self._repo_id)
        card = self.path / CARD
        existing = card.read_text(encoding="utf-8", errors="replace") if card.is_file() else ""
        has_changelog = (self.path / CHANGELOG).is_file()
        students = read_students(self.path)
        text = render_card(corpus, existing=existing, has_changelog=has_changelog, students=students)
        plot = draw(corpus)
        files = {RECIPE: recipe_text(corpus), **companions(corpus)}
        for name, content in files.items():
            write_text(self.path / name, content)
        write_bytes(self.path / PLOT, plot)
        write_text(card, text)
        write_text(self.path / MANIFEST, manifest_text(corpus))
        for name in self._replaced_files - {name for facts in self._languages.values() for name in facts.files}:
            (self.path / name).unlink(missing_ok=True)
        self._replaced_files, self._card_is_outdated = set(), False

    def _write_split(self, code: str, split: str, rows: PreparedSplit) -> SplitFiles:
        """Write the Parquet files of a split: one, unless its rows are very many."""
        count, parts = len(rows.files), []
        for number, part in enumerate(rows.parts()):
            place = f"-{number:05d}-of-{count:05d}" if count > 1 else ""
            parts.append(self._write_part(code, f"{split}{place}", part))
        return SplitFiles.of(parts)

    def _write_part(self, code: str, stem: str, rows: datasets.Dataset) -> RowFile:
        """Write one Parquet file under a name that changes with its content, so that caches notice the change."""
        with temporary_file(self.path / code / f"{stem}.parquet") as temporary:
            rows.to_parquet(str(temporary))
            digest, size = file_hash(temporary), temporary.stat().st_size
            name = f"{code}/{stem}-{digest[:12]}.parquet"
            publish(temporary, self.path / name)
        return RowFile(file=name, rows=rows.num_rows, bytes=int(rows.data.nbytes), size=size, sha256=digest)


def _is_of_a_first_build(path: Path) -> bool:
    """Tell whether a build that was killed before it wrote a manifest left a file, or people put corrections there."""
    return (
        path.name in {"build.log", CORRECTIONS} or path.name.startswith(TEMPORARY_PREFIX) or _is_earlier_temporary(path)
    )


def _is_earlier_temporary(path: Path) -> bool:
    return _EARLIER_TEMPORARY.fullmatch(path.name) is not None and path.is_file() and not path.is_symlink()
