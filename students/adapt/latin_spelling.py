"""How every character of a script is written in Latin letters.

The package ``anyascii`` has one spelling for a character, whatever stands beside it. A name of the language shall look
like the same name in English, so this is added:

1. Only letters and digits are kept: an apostrophe for a soft sign or a glottal stop would cut a word in two.
2. Scripts without capitals get none (``anyascii`` writes 北京 as ``BeiJing``).
3. In the scripts of India a consonant is spoken with an ``a`` where no vowel sign follows (भारत is ``bharat``, and
   ``anyascii`` writes ``bhart``), and the sign for a nasal is ``n`` or ``m``. Small kana change the syllable before
   them. What depends on a neighbour is a mark in the table; :data:`RULES` resolve the marks.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from anyascii import anyascii

from silverner.students.adapt.scripts import characters

SILENT_LAST, SPOKEN_LAST, VOWEL_SIGN, SMALL = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
NASAL_N, NASAL_M = "\ufdd4", "\ufdd5"
"""Marks: behind a consonant whose ``a`` is silent, or spoken, at the end of a word; before a vowel sign; before a small
kana; for a nasal that is an n, or an m, at the end of a word. They are no characters, so no text has them.
"""
RULES = (
    (f"[{NASAL_N}{NASAL_M}](?=[bmp])", "m"),
    (f"{NASAL_N}|{NASAL_M}(?=[a-z])", "n"),
    (NASAL_M, "m"),
    (f"[{SILENT_LAST}{SPOKEN_LAST}]?{VOWEL_SIGN}", ""),
    (rf"{SILENT_LAST}(?![\p{{L}}\p{{M}}])", ""),
    (f"[{SILENT_LAST}{SPOKEN_LAST}]", "a"),
    (f"(?<=sh|ch|j)i{SMALL}y", ""),
    (f"[aiueo]?{SMALL}", ""),
)
"""Regular expressions, each of which takes the place of a mark, and what it becomes; in the order in which they act."""
_INHERENT_VOWEL = {
    **dict.fromkeys(("devanagari", "bengali", "gujarati", "gurmukhi"), SILENT_LAST),
    **dict.fromkeys(("oriya", "tamil", "telugu", "kannada", "malayalam", "sinhala"), SPOKEN_LAST),
}
_AS_IN_ENGLISH = {"CA": "ch", "SHA": "sh", "SSA": "sh", "R": "ri"}
"""Letters of India by the last word of their names, where ``anyascii`` spells them another way (``krsn``, ``des``)."""
_NASALS = ("ANUSVARA", "CANDRABINDU", "SIGN BINDI", "TIPPI")
_NO_VOWEL = 9
"""The combining class of signs such as the virama."""
_WITHOUT_VOWEL_POINTS = ("arabic", "hebrew", "syriac")
"""Scripts that write short vowels as marks, but seldom: the same word with and without them becomes the same."""
_SILENT_VOWELS = {"ALEF WITH HAMZA BELOW": "i", "LETTER ALEF": "a", "LETTER ALAPH": "a", "AL E": "e"}
"""Letters by a part of their names, which ``anyascii`` takes for silent, and which mostly stand for a vowel."""


@cache
def spelling_table(script: str) -> dict[str, str]:
    """Return the Latin spelling of every character of a script.

    :param script: One of :data:`.scripts.SCRIPTS`.
    :returns: Letters and digits of ASCII by character, with the marks of this module; nothing for a silent character. A
        letter that ``anyascii`` does not know has no entry.

    >>> table = spelling_table("cyrillic")
    >>> [table[letter] for letter in "Шьи"]
    ['Sh', '', 'i']
    """
    letters = characters(script)
    has_capitals = any(letter != letter.lower() for letter in letters)
    spellings = {letter: _spelling(letter, script) for letter in letters}
    return {
        letter: spelling if has_capitals else spelling.lower()
        for letter, spelling in spellings.items()
        if spelling is not None
    }


def _spelling(letter: str, script: str) -> str | None:
    ascii_text, name = anyascii(letter), unicodedata.name(letter, "")
    spelling = "".join(character for character in ascii_text if character.isalnum())
    if script in _INHERENT_VOWEL:
        spelling = _AS_IN_ENGLISH.get(name.rpartition(" ")[2], spelling)
    if not letter.isalpha():
        if script in _WITHOUT_VOWEL_POINTS and unicodedata.category(letter) == "Mn":
            return ""
        return _sign(letter, name, spelling, script) if script in _INHERENT_VOWEL else spelling
    if not ascii_text and (script == "han" or letter > "\uffff"):
        return None  # anyascii does not know it; all other letters without a spelling carry a vowel sign
    if not spelling:
        return next((vowel for part, vowel in _SILENT_VOWELS.items() if part in name), "")
    if script in _INHERENT_VOWEL and "VOCALIC" not in name and not set(spelling) & set("aeiou"):
        return spelling + _INHERENT_VOWEL[script]
    is_small_kana = " LETTER SMALL " in name and script in {"hiragana", "katakana"} and spelling[-1:] != "t"
    return SMALL + spelling if is_small_kana else spelling


def _sign(letter: str, name: str, spelling: str, script: str) -> str:
    """Return the spelling of a mark or digit of a script of India."""
    if name == "BENGALI SIGN ANUSVARA":
        return "ng"
    if any(nasal in name for nasal in _NASALS):
        return NASAL_N if _INHERENT_VOWEL[script] == SILENT_LAST else NASAL_M
    return VOWEL_SIGN + spelling if "VOWEL SIGN" in name or unicodedata.combining(letter) == _NO_VOWEL else spelling
