"""Reads translations that another system made: a text file, TSV or JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from silverner.projection.chain.engine import EngineContext
from silverner.projection.chain.files import file_hash
from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.languages import Language
from silverner.projection.parsing import parse_json
from silverner.projection.readers.lines import numbered_lines
from silverner.projection.translation.translator import Translation, TranslatorSettings

TextFormat = Literal["text", "tsv", "jsonl"]


class Pretranslated:
    """Look up translations in a file.

    ``text``: line *n* translates sentence *n*; ``tsv``: sentence id, tab, translation; ``jsonl``: objects with ``id``
    and ``text``.
    """

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
        self._texts: dict[str, str] | None = None

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
            self._texts = self._read_translations()
            self._ids = ()  # read only once: an engine sent to a worker must not hold a half-read stream

    def translate(self, ids: Sequence[str], texts: Sequence[str]) -> list[Translation]:
        """Look up a batch.

        :param ids: The sentences' ids.
        :param texts: Not used, because the translations exist already.
        :returns: One translation a sentence.
        """
        self.check()
        assert self._texts is not None
        return [Translation(self._texts[name]) for name in ids]

    def _read_translations(self) -> dict[str, str]:
        ids = list(self._ids)
        if self._format == "text":
            lines = [" ".join(line.split()) for _, line in numbered_lines(self._path)]
            if len(lines) < len(ids) or (len(lines) > len(ids) and not self._prefix):
                raise DataError(
                    f"{self._path}: {len(lines)} lines for {len(ids)} source sentences; line n must translate "
                    f"sentence n (leave the line empty if there is no translation)"
                )
            return dict(zip(ids, lines, strict=False))
        translations: dict[str, str] = {}
        for number, line in numbered_lines(self._path):
            if line.strip():
                name, text = self._row(number, line)
                if name in translations:
                    raise DataError(f"{self._path}, line {number}: a second translation of sentence {name!r}")
                translations[name] = " ".join(text.split())
        extra = set() if self._prefix else translations.keys() - set(ids)
        for what, names in (("lacks", set(ids) - translations.keys()), ("has the unknown id", extra)):
            if names:
                raise DataError(
                    f"{self._path}: {len(translations)} translations for {len(ids)} source sentences: it {what} "
                    f"{min(names)!r} ({len(names)} in all)"
                )
        return translations

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
