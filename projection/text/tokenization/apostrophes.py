"""Apostrophes and other marks that stand inside words, or at which a word is cut in two."""

from __future__ import annotations

import re
from functools import cache

APOSTROPHES = "'’‘＇"

# Elisions, where the Moses rules and treebanks cut: before the clitics of English, and after the French, Catalan and
# Irish words that lose their vowel (a closed set). Italian elides any word before a vowel. In other languages, and in
# all other words of these languages, an apostrophe is a letter (ng'ombe, O'Neill, aujourd'hui).
_BEHIND = {
    "fr": r"(?:(?<=\b[cdjlmnstCDJLMNST].)|(?<=[qQ][uU].))",
    "it": r"(?<=[^\W\d_].)(?=[aeiouhAEIOUHàèéìòùÀÈÉÌÒÙ\d])",
    "ca": r"(?<=\b[dlmnstDLMNST].)",
    "ga": r"(?<=\b[bdmBDM].)",
}
_CLITIC = r"(?i:[nN]['’][tT]|['’](?:[sSmMdD]|[rR][eE]|[vV][eE]|[lL][lL]))"

# Apostrophes that are letters at the edge of a word: Hausa 'y, and Maltese words that lost a last letter (ta', ma').
_EDGE = {"ha": r"['’‘](?<![\w].)(?=[yY]\w)", "mt": r"['’](?<=[aeiouAEIOU].)(?!\w)"}

# Marks inside words by Unicode's word boundaries (UAX 29): the Catalan point and the hyphenation point, gershayim and
# geresh (geresh can also end a word), the quotation mark typed instead of them, and the Armenian marks on the stressed
# vowel of a word. Between digits, a colon and a slash are those of a time, a result, a date or a fraction;
# a plus before digits is that of a telephone number.
_INSIDE = "·‧׳״՚՛՜՞"
_HEBREW = "\u05d0-\u05ea\u05f0-\u05f2"
_COLON = frozenset({"fi", "sv"})  # EU:n, USA:s


@cache
def inside(language: str, word: str) -> str:
    """Return the pattern of marks that are part of a word.

    :param language: Short code of the language.
    :param word: The characters of words, for the inside of square brackets.
    :returns: A regular expression; the word is cut before a match of the group ``before`` and after a match of the
        group ``behind``.
    """
    parts = [
        f"(?P<before>(?<=\\w){_CLITIC}(?![{word}]))" if language == "en" else "(?P<before>(?!))",
        f"(?P<behind>['’]{_BEHIND[language]}(?=[{word}]))" if language in _BEHIND else "(?P<behind>(?!))",
        f"[{APOSTROPHES}{_INSIDE}](?<=[{word}].)(?=[{word}])",
        r"[:/](?<=\d.)(?=\d)|\+(?<![^\s(].)(?=\d)",
        f'"(?<=[{_HEBREW}].)(?=[{_HEBREW}])|׳(?<=[{_HEBREW}].)',
    ]
    parts += [_EDGE[language]] if language in _EDGE else []
    parts += [":(?<=[^\\W\\d_].)(?=[a-zåäö])"] if language in _COLON else []
    return "|".join(parts)


def word_ends(language: str, word: str) -> str:
    """Return the pattern of the places where a word can end.

    :param language: Short code of the language.
    :param word: The characters of words, for the inside of square brackets.
    :returns: A regular expression for no characters: no letter comes, and no mark inside a word with a letter after it.
    """
    end = f"(?![{APOSTROPHES}{_INSIDE}]?[{word}]|:[^\\W\\d_])"
    return f"(?:{end}|(?={_CLITIC}(?![{word}])))" if language == "en" else end


@cache
def _behind(language: str) -> re.Pattern[str]:
    return re.compile(f"['’]{_BEHIND[language]}(?=\\w)")


_ENGLISH = re.compile(rf"{_CLITIC}|['’][tT]")


def elides(before: str, behind: str, language: str) -> bool:
    """Tell whether two tokens are one word that was cut at an elision.

    :param before: A token.
    :param behind: The next one.
    :param language: Short code of the language.
    :returns: Whether they are written together.

    >>> elides("L'", "eau", "fr"), elides("po'", "di", "it"), elides("Ana", "’s", "en"), elides("a", "b", "en")
    (True, False, True, False)
    """
    if language == "en":
        return before[-1:].isalnum() and _ENGLISH.fullmatch(behind) is not None
    if language not in _BEHIND or before[-1:] not in {"'", "’"}:
        return False
    return _behind(language).search(before + behind, len(before) - 1, len(before) + 1) is not None
