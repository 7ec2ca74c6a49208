"""Looks names up in a dictionary: a file of names and their translations into the target language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import Field

from silverner.projection.chain.engine import EngineContext
from silverner.projection.chain.files import file_hash
from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.languages import Language, LanguageLike, language_of
from silverner.projection.readers.lines import numbered_lines
from silverner.projection.text import tokenization
from silverner.projection.translation.glossary import GlossarySettings


class Dictionary:
    """Look names up in a file. Each line is a phrase, a tab and a translation; a phrase may have several lines.

    If a name is not listed, its longest listed parts are used, from left to right. Case and spaces do not matter. Lines
    that are empty or begin with ``#`` are ignored.
    """

    def __init__(self, path: Path, *, target: LanguageLike | None = None) -> None:
        """Remember the file.

        :param path: The file, UTF-8.
        :param target: The language of the translations, whose rules split them into words; by default spaces do.
        """
        self._path, self._target = path, None if target is None else language_of(target)
        self._entries: dict[str, list[str]] | None = None

    def settings(self) -> Mapping[str, object]:
        """Return the hash of the file, and the rules that split translations into words.

        :raises MissingFileError: when the file cannot be read.
        :raises DataError: as :meth:`check`, so that a wrong file is found before the build starts.
        """
        try:
            digest = file_hash(self._path)
        except OSError as error:
            raise MissingFileError(f"cannot read the dictionary {self._path}: {error.strerror or error}") from error
        self.check()
        rules = {} if self._target is None else dict(tokenization.settings(self._target))
        return {"engine": "dictionary", "content": digest, **rules}

    def check(self) -> None:
        """Read the file.

        :raises DataError: naming file and line, when a line does not have two columns.
        """
        if self._entries is None:
            self._entries = self._read_entries()

    def release(self) -> None:
        """Free the memory of the entries; they are read again when they are needed."""
        self._entries = None

    def glosses(self, phrases: Sequence[Sequence[str]]) -> list[list[str]]:
        """Look names up, each as a whole or by its longest parts."""
        self.check()
        return [self._gloss(phrase) for phrase in phrases]

    def _gloss(self, phrase: Sequence[str]) -> list[str]:
        assert self._entries is not None
        words: list[str] = []
        start = 0
        while start < len(phrase):
            ends = range(len(phrase), start, -1)
            end = next((end for end in ends if _key(phrase[start:end]) in self._entries), start + 1)
            for text in self._entries.get(_key(phrase[start:end]), ()):
                words += text.split() if self._target is None else tokenization.split(text, self._target)
            start = end
        return list(dict.fromkeys(words))

    def _read_entries(self) -> dict[str, list[str]]:
        entries: dict[str, list[str]] = {}
        for number, line in numbered_lines(self._path):
            if not line.strip() or line.startswith("#"):
                continue
            columns = [" ".join(column.split()) for column in line.split("\t")]
            if len(columns) != 2 or not all(columns):
                why = "a line needs a phrase, a tab and a translation; neither may be empty"
                raise DataError(f"{self._path}, line {number}: {len(columns)} columns in {line!r:.60}; {why}")
            phrase, text = columns
            entries.setdefault(_key(phrase.split()), []).append(text)
        return entries


def _key(tokens: Sequence[str]) -> str:
    """Return the key of a phrase; it has no spaces, because file and corpus may split the phrase differently."""
    return "".join(tokens).casefold()


class DictionarySettings(GlossarySettings):
    """A file of names and their translations into the target language."""

    licence = "Apache-2.0"

    path: str = Field(description="file with a phrase, a tab and its translation on every line")

    def build(self, context: EngineContext) -> Dictionary:
        """Make the glossary."""
        return Dictionary(context.base / self.path, target=context.target)

    @classmethod
    def suggestion(cls, *, source: Language, target: Language) -> str | None:
        """Suggest a file, whatever the languages."""
        return "{engine: dictionary, path: names.tsv}   # translations of names, a line each: name, tab, translation"
