"""Translates with Apertium, a rule-based program."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field

from silverner.projection.chain.engine import EngineContext
from silverner.projection.errors import EngineError, MissingEngineError
from silverner.projection.languages import Language, LanguageLike, language_of, short_code
from silverner.projection.translation.translator import Translation, TranslatorSettings

MARKS = "*@#"
"""Apertium puts these marks before a word that it does not know, cannot transfer or cannot inflect."""

_PAIR = re.compile(r"[a-z]{2,3}-[a-z]{2,3}\Z")


class Apertium:
    """Translate with the ``apertium`` program found on PATH.

    Every sentence is its own paragraph, so that no rule applies across two sentences.
    """

    def __init__(self, *, source: LanguageLike, target: LanguageLike, pair: str | None = None) -> None:
        """Remember the languages.

        :param source: The source language.
        :param target: The target language.
        :param pair: Apertium's name of the translation direction; by default it is found from the languages.
        """
        self._source, self._target, self._requested = language_of(source), language_of(target), pair
        self._pair = ""

    def settings(self) -> Mapping[str, object]:
        """Return the direction, the version of the program and the hash of its dictionaries and rules.

        :raises MissingEngineError: when the program or the pair is missing.
        """
        self.check()
        version = _run(["apertium", "-V"]).strip()
        return {"engine": "apertium", "pair": self._pair, "version": version, "data": _data_hash(self._pair)}

    def check(self) -> None:
        """Find the program and the pair.

        :raises MissingEngineError: when either is missing.
        """
        if shutil.which("apertium") is None:
            raise MissingEngineError("the program 'apertium' is not on PATH; install it: apt-get install apertium")
        if self._pair:
            return
        pairs = _run(["apertium", "-l"]).split()
        codes = (_code(self._source), _code(self._target))
        plain_pairs = [pair for pair in pairs if _PAIR.match(pair)]
        fits = [pair for pair in plain_pairs if tuple(map(short_code, pair.split("-"))) == codes]
        if self._requested is not None:
            fits = [pair for pair in pairs if pair == self._requested]
        if not fits:
            requested = self._requested or f"{self._source.code}-{self._target.code}"
            raise MissingEngineError(
                f"Apertium has no installed pair {requested} ({self._source.name} to "
                f"{self._target.name}); installed: {', '.join(sorted(pairs)) or 'none'}; find more: "
                "apt-cache search apertium"
            )
        self._pair = fits[0]

    def translate(self, ids: Sequence[str], texts: Sequence[str]) -> list[Translation]:
        """Translate a batch of sentences.

        :param ids: Their ids, for messages.
        :param texts: The sentences; line breaks count as spaces.
        :returns: One translation a sentence, with the positions of its unknown words.
        :raises EngineError: when the program fails or returns another number of lines.
        """
        self.check()
        lines = [" ".join(text.split()) for text in texts]
        marked = self._call(lines, unmarked=False)
        # A sentence that itself contains such characters is translated again without marks, to tell the two apart.
        ambiguous = [k for k, line in enumerate(lines) if any(mark in line for mark in MARKS)]
        clean = dict(zip(ambiguous, self._call([lines[k] for k in ambiguous], unmarked=True), strict=True))
        return [_unmark(line, clean.get(k)) for k, line in enumerate(marked)]

    def _call(self, lines: Sequence[str], *, unmarked: bool) -> list[str]:
        """Run the program over paragraphs of one line each."""
        if not lines:
            return []
        # The last paragraph is a guard: the program drops empty lines at the end of its input.
        command = ["apertium", *(["-u"] if unmarked else []), self._pair]
        output = _run(command, "\n\n".join([*lines, "."]))
        returned = output.rstrip("\n").split("\n")
        translated = returned[::2]
        if len(translated) != len(lines) + 1 or any(line.strip() for line in returned[1::2]):
            raise EngineError(
                f"apertium {self._pair} returned {len(translated) - 1} lines for {len(lines)} sentences, beginning "
                f"with {lines[0]!r:.60}; run it by hand: echo '...' | apertium {self._pair}"
            )
        return [line.strip() for line in translated[:-1]]


class ApertiumSettings(TranslatorSettings):
    """The rule-based engine Apertium: a program, with data for every pair of languages."""

    program = "Apertium and its data for the two languages, such as `apt-get install apertium apertium-eng-spa`"
    licence = "GPL-2.0-or-later"
    citation = (
        "Forcada et al. 2011: Apertium: a free/open-source platform for rule-based machine translation. Machine "
        "Translation 25"
    )

    pair: str | None = Field(
        default=None,
        description="Apertium's name of the direction, such as eng-spa; by default found from the languages",
    )

    def build(self, context: EngineContext) -> Apertium:
        """Make the translator."""
        return Apertium(source=context.source, target=context.target, pair=self.pair)

    def reversed(self) -> Self:
        """Return the settings for the other direction: ``eng-spa`` becomes ``spa-eng``."""
        return self if self.pair is None else self.model_copy(update={"pair": "-".join(self.pair.split("-")[::-1])})

    @classmethod
    def names_for(cls, language: Language) -> tuple[str, ...]:
        """Name Apertium if a pair with the language is installed."""
        return ("apertium",) if any(_code(language) in pair for pair in _pairs_of_codes()) else ()

    @classmethod
    def suggestion(cls, *, source: Language, target: Language) -> str | None:
        """Suggest Apertium if the pair is installed."""
        if (_code(source), _code(target)) not in _pairs_of_codes():
            return None
        return "apertium   # installed; no model, no download"


@cache
def _pairs_of_codes() -> frozenset[tuple[str, ...]]:
    """List the installed pairs by short codes; the list is empty if the program is missing or fails."""
    if shutil.which("apertium") is None:
        return frozenset()
    try:
        return frozenset(tuple(map(short_code, pair.split("-"))) for pair in installed_pairs())
    except EngineError:
        return frozenset()


def installed_pairs() -> list[str]:
    """List the installed pairs of two languages.

    :returns: Apertium's names, such as ``eng-spa``.
    :raises EngineError: when the program is missing or fails.
    """
    return [pair for pair in _run(["apertium", "-l"]).split() if _PAIR.match(pair)]


def _code(language: Language) -> str:
    """Return the short code of a language; Apertium names pairs by codes of two or three letters."""
    return short_code(language.apertium or language.code)


def _data_hash(pair: str) -> str | None:
    """Hash the mode file of a pair and the files it names; ``None`` if it is not in the usual folder."""
    data = (
        os.environ.get("APERTIUM_DATADIR") or Path(shutil.which("apertium") or "").parent.parent / "share" / "apertium"
    )
    mode = Path(data) / "modes" / f"{pair}.mode"
    if not mode.is_file():
        return None
    digest = hashlib.sha256(mode.read_bytes())
    for word in re.findall(r"[^\s'\"|]+", mode.read_text(encoding="utf-8")):
        if Path(word).is_file():
            digest.update(Path(word).read_bytes())
    return digest.hexdigest()


def _run(command: Sequence[str], text: str = "") -> str:
    """Run a program and return its output."""
    try:
        process = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", check=False)
    except (OSError, UnicodeError) as error:
        raise EngineError(f"{' '.join(command)}: {error}") from error
    if process.returncode != 0:
        raise EngineError(f"{' '.join(command)} ended with {process.returncode}: {process.stderr.strip()[-200:]}")
    return process.stdout


def _unmark(line: str, clean: str | None) -> Translation:
    """Remove the marks from a line and return their positions.

    :param line: The translation with marks.
    :param clean: The translation without marks, for a sentence that itself contains such characters.
    """
    text: list[str] = []
    unknown: list[int] = []
    for position, char in enumerate(line):
        word_follows = line[position + 1 : position + 2].isalnum()
        literal = clean is not None and clean[len(text) : len(text) + 1] == char
        if char in MARKS and word_follows and not literal:
            unknown.append(len(text))
        else:
            text.append(char)
    return Translation("".join(text), tuple(unknown))
