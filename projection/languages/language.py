"""One language: its names, its script and its codes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

# Scripts of today's languages that are written from right to left (Unicode 16, property Bidi_Class).
_RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Aran", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa", "Yezi"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language; a code is ``None`` if the engine or corpus does not have the language.

    :param code: ISO 639-3 code, of the individual language if NLLB has one (``swh``, not ``swa``).
    :param name: English name.
    :param iso1: ISO 639-1 code.
    :param bcp47: Its BCP 47 tag, as used on the web.
    :param script: ISO 15924 code of its usual script.
    :param spaced: Whether spaces stand between words.
    :param nllb: NLLB's code.
    :param m2m100: M2M100's code.
    :param apertium: Apertium's code.
    :param wikiann: Name of its WikiANN config.
    :param masakhaner: Name of its MasakhaNER 2.0 config.
    :param aliases: Its other codes: those of macrolanguages, and older ones.
    :param declared: Whether the recipe declares it; if not, it comes from the table.
    """

    code: str
    name: str
    script: str = "Latn"
    spaced: bool = True
    iso1: str | None = None
    bcp47: str | None = None
    nllb: str | None = None
    m2m100: str | None = None
    apertium: str | None = None
    wikiann: str | None = None
    masakhaner: str | None = None
    aliases: tuple[str, ...] = ()
    declared: bool = False

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Return the direction it is written in."""
        return "rtl" if self.script in _RIGHT_TO_LEFT else "ltr"

    @property
    def codes(self) -> tuple[str, ...]:
        """Return every code that stands for the language, the ISO 639-3 code first."""
        codes = (self.code, self.iso1, self.bcp47, *self.aliases, self.wikiann, self.masakhaner)
        return tuple(dict.fromkeys(code for code in codes if code))

    @property
    def short(self) -> str:
        """Return the code that most tools use: two letters, if there is such a code."""
        return short_code(self.bcp47 or self.code)

    @property
    def key(self) -> str | dict[str, Any]:
        """Return what goes into a signature: the code, or all fields of a declared language."""
        return asdict(self) if self.declared else self.code


LanguageLike = str | Language
"""A language, or one of its codes."""


@cache
def short_code(code: str) -> str:
    """Return the code that most tools use: two letters, if ISO 639-1 has them.

    :param code: An ISO 639 code of two or three letters, or a BCP-47 tag.
    :returns: The standardised code of the language or its macrolanguage, such as ``sw`` for ``swh``.

    >>> short_code("swh"), short_code("spa"), short_code("hau"), short_code("pcm")
    ('sw', 'es', 'ha', 'pcm')
    """
    import langcodes

    return langcodes.standardize_tag(code, macro=True).partition("-")[0]
