"""The characters of words by Unicode, and those of them that the Moses rules do not know."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

ZERO_WIDTH_SPACE = "\u200b"
"""Separates words without a visible space."""

_PLANES = (range(0x20), range(0x20, 0x32400), range(0xE0000, 0xE0200))
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_CJK = (
    *(range(0x2E80, 0x2FE0), range(0x3005, 0x3008), range(0x3021, 0x302A), range(0x3031, 0x3036)),
    *(range(0x3038, 0x3100), range(0x3100, 0x3130), range(0x31A0, 0x3200), range(0x3400, 0x4DC0)),
    *(range(0x4E00, 0xA000), range(0xF900, 0xFB00), range(0xFF66, 0xFFA0), range(0x1B000, 0x1B170)),
    range(0x20000, 0x323B0),
)
_BLOCKS = {
    "Thai": (range(0x0E00, 0x0E80),),
    "Laoo": (range(0x0E80, 0x0F00),),
    "Tibt": (range(0x0F00, 0x1000),),
    "Mymr": (range(0x1000, 0x10A0), range(0xA9E0, 0xAA00), range(0xAA60, 0xAA80)),
    "Khmr": (range(0x1780, 0x1800),),
    **dict.fromkeys(("Hans", "Hant", "Jpan"), _CJK),
}
_TSHEG = "\u0f0b\u0f0c"
"""Separates Tibetan syllables, also inside words; Unicode calls it punctuation."""


@dataclass(frozen=True)
class Classes:
    """Ranges of characters for the square brackets of a regular expression.

    :param clinging: Characters that belong to the one before them, but that Moses would split off: most combining
        marks, joiners, direction marks, soft hyphens, skin tones.
    :param unknown: Letters and numbers that Moses takes for symbols, because its lists are older.
    :param word: All characters of words: letters, marks, numbers, and clinging characters.
    """

    clinging: str
    unknown: str
    word: str


@cache
def classes() -> Classes:
    """Classify all characters; done once, in about 50 ms."""
    from sacremoses import MosesTokenizer

    moses_letters = {ord(char) for char in MosesTokenizer.IsAlnum}
    clinging: list[int] = []
    unknown: list[int] = []
    word: list[int] = []
    for code in (code for plane in _PLANES for code in plane):
        kind = unicodedata.category(chr(code))
        clings = (kind[0] == "M" or kind == "Cf" or code in _SKIN_TONES) and chr(code) != ZERO_WIDTH_SPACE
        if clings or kind[0] in "LN" or code in moses_letters:
            word.append(code)
            if code not in moses_letters:
                (clinging if clings else unknown).append(code)
    return Classes(_ranges(clinging), _ranges(unknown), _ranges(word))


@cache
def letters_of(script: str) -> str | None:
    """Return the letters and marks of a script that is written without spaces.

    :param script: Its ISO 15924 code.
    :returns: Ranges for the inside of square brackets; ``None`` for a script without a segmenter. Han characters and
        both Kana count as one script.
    """
    blocks = _BLOCKS.get(script)
    if blocks is None:
        return None
    return _ranges(
        code
        for block in blocks
        for code in block
        if unicodedata.category(chr(code))[0] in "LM" or chr(code) in _TSHEG or chr(code) == "〇"
    )


@cache
def unspaced_letters() -> str:
    """Return the letters and marks of all scripts that are written without spaces."""
    return "".join(letters_of(script) or "" for script in ("Thai", "Laoo", "Tibt", "Mymr", "Khmr", "Jpan"))


def is_word(char: str) -> bool:
    """Tell whether a character is a letter, a mark or a number.

    :param char: A character.
    :returns: Whether it can be part of a word.
    """
    return char.isalnum() or unicodedata.category(char)[0] in "LMN"


def _ranges(codes: Iterable[int]) -> str:
    """Write ascending code points as ranges."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)
