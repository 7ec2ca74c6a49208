"""How much a target word looks like a word of a name: inflected, prefixed, or written in another script."""

from __future__ import annotations

import os
import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import Indel

SHORTEST = 4
"""Letters that two words of one script need to be alike without being the same."""
PREFIX = 0.5
"""What two words of one script must share from their beginning."""
WITHIN = 0.8
"""How much a word is like a longer one of its script that holds it, as *Nordkorea* holds Korea."""
SHORTEST_ROMANISED = 3
"""Letters that two words of different scripts need, romanised."""
BY_EAR = 0.55
"""What they must share, the mean of letters and consonants: a name is spelt by ear in another script."""
_LATIN = frozenset({"LATIN"})
_CONSONANTS = (
    (r"ph", "f"),
    (r"ng", "n"),
    (r"[kg]h", "k"),
    (r"tsch|dzh|[dt]z|[dt]j|tch|ts|sch|[szc]h|c(?=[eiy])|[jxzqs]", "s"),
    (r"[kgc]", "k"),
    (r"[bp]", "p"),
    (r"[fv]", "f"),
    (r"[dt]", "t"),
    (r"[lr]", "l"),
    (r"[mn]", "n"),
    (r"[aeiouyhw]", ""),
    (r"(.)\1+", r"\1"),
)
"""How romanised words become consonants that scripts do not mix up, in this order: abjads leave vowels out, Japanese
has no l and Chinese no r at the end of a syllable, and every way to romanise has hisses of its own."""


def name_similarity(word: str, target_word: str) -> float:
    """Tell how much a target word looks like a word of a name.

    In one script, what counts is the common beginning, case aside: names are inflected at the end; or that a longer
    word holds the name. A prefix before an inner capital is left out. Across scripts both words are romanised and
    compared twice, by all letters and by coarse consonants (the mean of two Indel similarities).

    :param word: A source token; one in small letters looks like nothing.
    :param target_word: A target token.
    :returns: 1 for the same word, what they share where that is enough, else 0.

    >>> name_similarity("Nairobi", "NAIROBI"), name_similarity("Kenya", "Kenia"), name_similarity("the", "the")
    (1.0, 0.6, 0.0)
    >>> name_similarity("Britain", "yeBritain"), name_similarity("Putin", "Путина")
    (1.0, 0.9545454545454546)
    >>> round(name_similarity("Fairweather", "费尔韦瑟"), 2), round(name_similarity("Zurich", "苏黎世"), 2)
    (0.57, 0.73)
    """
    if not may_be_named(word):
        return 0.0
    letters = romanised(word)
    if scripts_of(word).isdisjoint(scripts_of(target_word)):
        return by_ear(letters, romanised(target_word))
    return max(by_letters(letters, stem) for stem in stems(target_word))


def may_be_named(word: str) -> bool:
    """Tell whether a source token is looked for by its letters: one in small letters, or a mark, looks like nothing."""
    return word[:1].isalnum() and not word[:1].islower()


@lru_cache(maxsize=1 << 16)
def stems(word: str) -> tuple[str, ...]:
    """Romanise a word, and what follows a noun prefix: what begins with the first capital behind a small letter."""
    inner = None
    if word[:1].islower() and not word.islower():
        inner = next((k for k in range(1, len(word)) if word[k].isupper()), None)
    return (romanised(word),) if inner is None else (romanised(word), romanised(word[inner:]))


def by_letters(a: str, b: str) -> float:
    """Return the share of the common beginning of two words, or more where the second holds the first."""
    if a[:1] != b[:1] and a not in b:
        return 0.0
    if a == b:
        return 1.0 if a else 0.0
    if min(len(a), len(b)) < SHORTEST:
        return 0.0
    # Letters, not path components, are what is wanted here.
    share = 2 * len(os.path.commonprefix([a, b])) / (len(a) + len(b))  # noqa: RUF071 - see above
    contained = WITHIN if a in b and len(b) - len(a) > 1 else 0.0
    return max(share if share >= PREFIX else 0.0, contained)


@lru_cache(maxsize=1 << 18)
def by_ear(a: str, b: str) -> float:
    """Return what two romanised words share."""
    if a == b:
        return 1.0 if a else 0.0
    if min(len(a), len(b)) < SHORTEST_ROMANISED:
        return 0.0
    sounds = _consonants(a), _consonants(b)
    if not all(sounds):
        return 0.0
    share = (Indel.normalized_similarity(a, b) + Indel.normalized_similarity(*sounds)) / 2
    return share if share >= BY_EAR else 0.0


@lru_cache(maxsize=1 << 16)
def _consonants(word: str) -> str:
    """Leave of a romanised word the consonants, in classes that are told apart in every script.

    >>> _consonants("fairweather"), _consonants("feierweise")
    ('fltl', 'fls')
    """
    for pattern, letter in _CONSONANTS:
        word = re.sub(pattern, letter, word)
    return word


@lru_cache(maxsize=1 << 16)
def romanised(word: str) -> str:
    """Write a word of any script in the letters a to z and digits.

    :param word: A token.
    :returns: Its letters, in lower case.

    >>> romanised("Жан"), romanised("Österreich")
    ('zhan', 'osterreich')
    """
    letters = (word if word.isascii() else anyascii(word)).casefold()
    return letters if letters.isalnum() else "".join(filter(str.isalnum, letters))


@lru_cache(maxsize=1 << 16)
def scripts_of(word: str) -> frozenset[str]:
    """Name the scripts of the letters of a word; one without letters is of the Latin script.

    >>> scripts_of("Ана"), scripts_of("1999")
    (frozenset({'CYRILLIC'}), frozenset({'LATIN'}))
    """
    if word.isascii():
        return _LATIN
    return frozenset(unicodedata.name(char, "?").split()[0] for char in word if char.isalpha()) or _LATIN
