"""Reads translations that another system made: a text file, TSV or JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from silverner.projection.chain.engine import EngineContext
from silverner.projection.chain.files import file_hash
from silverner.projection.errors import DataError, MissingFileError, SilvernerError
from silverner.projection.languages import Language
from silverner.projection.parsing import parse_json
from silverner.projection.readers.lines import numbered_lines
from silverner.projection.translation.text_table import TextTable
from silverner.projection.translation.translator import Translation, TranslatorSettings

TextFormat = Literal["text", "tsv", "jsonl"]


class Pretranslated:
    """Look up translations in a file.

    ``text``: line *n* translates sentence *n*; ``tsv``: sentence id, tab, translation; ``jsonl``: objects with ``id``
    and ``text``.
    """

    reads_file = True

    def __init__(
        self, path: Path, *, format: TextFormat | None = None, ids: Iterable[str], prefix: bool = False
    ) -> None:
        """Remember the file and the sentences it must translate.

        :param path: The file.
        :param format: Its format; by default the file's ending decides (``.tsv``, ``.jsonl``, any other is text).
        :param ids: The ids of all sentences of the corpus, in order; they are read when first needed.
        :param prefix: Whether the corpus is only the first sentences of the file.
        """
        endings: dict[str, TextFormat] = {".tsv": "tsv", ".jsonl": "jsonl"}
        self._path, self._ids, self._prefix = path, ids, prefix
        self._format: TextFormat = format or endings.get(path.suffix, "text")
        self._texts: TextTable | None = None
        self._fault: SilvernerError | None = None

    def settings(self) -> Mapping[str, object]:
        """Return the format and the hash of the file.

        :raises MissingFileError: when the file cannot be read.
        :raises DataError: as :meth:`check`, so that a wrong file is found before the build starts.
        """
        try:
            digest = file_hash(self._path)
        except OSError as error:
            raise MissingFileError(f"cannot read translations {self._path}: {error.strerror or error}") from error
        self.check()
        return {"engine": "pretranslated", "format": self._format, "content": digest}

    def check(self) -> None:
        """Read the file and compare it with the sentences.

        :raises DataError: when a sentence has no translation, or the file has more or fewer lines than sentences.
        """
        if self._texts is None:
            if self._fault is not None:
                raise self._fault
            ids, self._ids = self._ids, ()  # read only once
            try:
                self._texts = self._numbered_texts(ids) if self._format == "text" else self._named_texts(ids)
            except SilvernerError as fault:
                self._fault = fault
                raise

    def translate(self, ids: Sequence[str], texts: Sequence[str]) -> list[Translation]:
        """Look up a batch.

        :param ids: The sentences' ids.
        :param texts: Not used, because the translations exist already.
        :returns: One translation a sentence.
        """
        self.check()
        assert self._texts is not None
        return [Translation(self._texts.get(name)) for name in ids]

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the table, which stays on this machine, and the stream of ids."""
        return {**self.__dict__, "_texts": None, "_ids": ()}

    def _numbered_texts(self, ids: Iterable[str]) -> TextTable:
        """Read one line a sentence."""
        table, lines, names = TextTable(), 0, 0
        for line, name in zip_longest(numbered_lines(self._path), ids):
            lines, names = lines + (line is not None), names + (name is not None)
            if line is not None and name is not None:
                table.add(name, " ".join(line[1].split()))
        if lines < names or (lines > names and not self._prefix):
            raise DataError(
                f"{self._path}: {lines} lines for {names} source sentences; line n must translate "
                f"sentence n (leave the line empty if there is no translation)"
            )
        return table

    def _named_texts(self, ids: Iterable[str]) -> TextTable:
        """Read lines that name their sentences."""
        table = TextTable()
        for number, line in numbered_lines(self._path):
            if line.strip():
                name, text = self._row(number, line)
                if not table.add(name, " ".join(text.split())):
                    raise DataError(f"{self._path}, line {number}: a second translation of sentence {name!r}")
        table.need(ids)
        unknown = (0, "") if self._prefix else table.superfluous()
        for what, (count, first) in (("lacks", table.lacking()), ("has the unknown id", unknown)):
            if count:
                texts, needed = table.sizes()
                raise DataError(
                    f"{self._path}: {texts} translations for {needed} source sentences: it {what} {first!r} "
                    f"({count} in all)"
                )
        return table

    def _row(self, number: int, line: str) -> tuple[str, str]:
        """Read one line of TSV or JSON."""
        if self._format == "tsv":
            columns = line.split("\t")
            if len(columns) != 2:
                raise DataError(f"{self._path}, line {number}: {len(columns)} columns; needed: sentence id, tab, text")
            return columns[0], columns[1]
        row = parse_json(line, where=f"{self._path}, line {number}")
        name, text = (row.get("id"), row.get("text")) if isinstance(row, dict) else (None, None)
        if not isinstance(text, str) or not isinstance(name, str | int):
            raise DataError(f'{self._path}, line {number}: needed: {{"id": "...", "text": "..."}}, not {line!r:.60}')
        return str(name), text


class PretranslatedSettings(TranslatorSettings):
    """Translations that exist already in a file."""

    licence = "Apache-2.0"
    translates_any_text = False

    path: str = Field(description="file with the translation of every sentence")
    format: TextFormat | None = Field(
        default=None,
        description="text (a line a sentence), tsv (id, tab, text) or jsonl (id, text); by default from the ending",
    )

    def build(self, context: EngineContext) -> Pretranslated:
        """Make the translator."""
        path = context.base / self.path
        return Pretranslated(path, format=self.format, ids=context.ids(), prefix=context.limit is not None)

    @classmethod
    def suggestion(cls, *, source: Language, target: Language) -> str | None:
        """Suggest a file of translations, for any two languages."""
        path = f"translated.{source.code}-{target.code}.txt"
        return f"{{engine: pretranslated, path: {path}}}   # no engine here knows both languages: a line a sentence"
