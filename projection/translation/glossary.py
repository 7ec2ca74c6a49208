"""What a name is called in the target language, asked without its sentence: a dictionary, or a translator.

Evidence of where a name stands that owes nothing to the aligner. A word of a gloss that a target token looks like
counts as much as if it stood in the source: see the part ``gloss`` of
:class:`~silverner.projection.scoring.weights.Weights`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from silverner.projection.chain.stage import release
from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.readers.sentence import numbered_lines
from silverner.projection.spans import Span
from silverner.projection.text import tokenization
from silverner.projection.translation import Translator


class Glossary(Protocol):
    """Says what a name is called in the target language."""

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the glosses: it becomes part of the signature."""

    def glosses(self, phrases: Sequence[Sequence[str]]) -> list[list[str]]:
        """Return the target words for a name, for every name; each depends on its own tokens alone.

        :param phrases: The tokens of the names.
        :returns: Words in any order; none where nothing is known.
        """


def gloss_all(
    glossary: Glossary, sources: Sequence[Sequence[str]], entities: Sequence[Sequence[Span]]
) -> list[list[list[str]]]:
    """Ask for the entities of many sentences, about each name once.

    :param glossary: Who knows.
    :param sources: Tokens of every sentence.
    :param entities: Its entities.
    :returns: For every entity of every sentence the words of its gloss.
    """
    rows = [
        [tuple(tokens[span.start : span.end]) for span in spans]
        for tokens, spans in zip(sources, entities, strict=True)
    ]
    names = list(dict.fromkeys(name for row in rows for name in row))
    known = dict(zip(names, glossary.glosses(names), strict=True))
    return [[known[name] for name in row] for row in rows]


class Dictionary:
    """Look names up in a file: phrase, tab, translation, any number of lines a phrase.

    Of a name that is not listed its longest parts are looked up, from left to right; case and spaces do not matter.
    Lines that are empty or begin with ``#`` say nothing.
    """

    def __init__(self, path: Path, *, target: LanguageLike | None = None) -> None:
        """Remember the file.

        :param path: The file, UTF-8.
        :param target: The language of the translations, whose rules make words of them; spaces do if left out.
        """
        self._path, self._target = path, None if target is None else language_of(target)
        self._entries: dict[str, list[str]] | None = None

    def settings(self) -> Mapping[str, object]:
        """Return the hash of the file, and the rules that make words.

        :raises MissingFileError: when the file cannot be read.
        :raises DataError: when a line has not two columns, so that a wrong file is found before any work is done.
        """
        try:
            digest = hashlib.sha256(self._path.read_bytes()).hexdigest()
        except OSError as error:
            raise MissingFileError(f"cannot read the dictionary {self._path}: {error.strerror or error}") from error
        self.check()
        rules = {} if self._target is None else dict(tokenization.settings(self._target))
        return {"engine": "dictionary", "content": digest, **rules}

    def check(self) -> None:
        """Read the file.

        :raises DataError: naming file and line of what has not two columns.
        """
        if self._entries is None:
            self._entries = self._read()

    def release(self) -> None:
        """Forget what the file says, until it is asked again."""
        self._entries = None

    def glosses(self, phrases: Sequence[Sequence[str]]) -> list[list[str]]:
        """Look names up, each whole or in its longest parts."""
        self.check()
        return [self._gloss(phrase) for phrase in phrases]

    def _gloss(self, phrase: Sequence[str]) -> list[str]:
        assert self._entries is not None
        found: list[str] = []
        start = 0
        while start < len(phrase):
            ends = range(len(phrase), start, -1)
            end = next((end for end in ends if _key(phrase[start:end]) in self._entries), start + 1)
            for text in self._entries.get(_key(phrase[start:end]), ()):
                found += text.split() if self._target is None else tokenization.split(text, self._target)
            start = end
        return list(dict.fromkeys(found))

    def _read(self) -> dict[str, list[str]]:
        entries: dict[str, list[str]] = {}
        for number, line in numbered_lines(self._path):
            if not line.strip() or line.startswith("#"):
                continue
            columns = [" ".join(column.split()) for column in line.split("\t")]
            if len(columns) != 2 or not all(columns):
                why = "needed: phrase, tab, translation, and neither empty"
                raise DataError(f"{self._path}, line {number}: {len(columns)} columns in {line!r:.60}; {why}")
            phrase, text = columns
            entries.setdefault(_key(phrase.split()), []).append(text)
        return entries


def _key(tokens: Sequence[str]) -> str:
    """Write a phrase as it is looked up: a file and a corpus need not make the same tokens of it."""
    return "".join(tokens).casefold()


class TranslatedNames:
    """Translate every name on its own."""

    def __init__(self, translator: Translator, *, source: LanguageLike, target: LanguageLike) -> None:
        """Use a translator.

        :param translator: The engine, from the language of the names into the target's.
        :param source: The language of the names.
        :param target: The target language.
        """
        self._translator, self._source, self._target = translator, language_of(source), language_of(target)

    def settings(self) -> Mapping[str, object]:
        """Return the settings of the translator, and of the rules that make text and words.

        :raises SilvernerError: when one of them cannot run.
        """
        sides = {"source": self._source, "target": self._target}
        for language in sides.values():
            tokenization.check(language)
        rules = {side: dict(tokenization.settings(language)) for side, language in sides.items()}
        return {"translator": dict(self._translator.settings()), **rules}

    def release(self) -> None:
        """Let the translator's model go."""
        release(self._translator)

    def glosses(self, phrases: Sequence[Sequence[str]]) -> list[list[str]]:
        """Translate names."""
        texts = [tokenization.join(list(phrase), self._source) for phrase in phrases]
        done = self._translator.translate(texts, texts)
        return [tokenization.split(one.text, self._target) for one in done]
