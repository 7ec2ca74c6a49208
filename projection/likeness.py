"""How much a target word looks like a word of a name: inflected, prefixed, or written in another script."""

from __future__ import annotations

import os
import unicodedata
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import Indel

SHORTEST = 4
"""Letters that two words of one script need to be alike without being the same."""
PREFIX = 0.5
"""What two words of one script must share from their beginning."""
SHORTEST_ROMANISED = 3
"""Letters that two words of different scripts need, romanised."""
ROMANISED = 0.6
"""What they must share, in order: a name is spelt by ear in another script, and abjads leave vowels out."""


@lru_cache(maxsize=1 << 18)
def likeness(word: str, other: str) -> float:
    """Tell how much a target word looks like a word of a name.

    In one script, what counts is the common beginning, case aside: names are inflected at the end. A prefix before an
    inner capital is left out. Across scripts both words are romanised and compared letter by letter (Indel similarity).

    :param word: A source token; one in small letters looks like nothing.
    :param other: A target token.
    :returns: 1 for the same word, what they share where that is enough, else 0.

    >>> likeness("Nairobi", "NAIROBI"), likeness("Kenya", "Kenia"), likeness("the", "the")
    (1.0, 0.6, 0.0)
    >>> likeness("Britain", "yeBritain"), likeness("Putin", "Путина")
    (1.0, 0.9090909090909091)
    """
    if not word[:1].isalnum() or word[:1].islower():
        return 0.0
    if _latin(word) != _latin(other):
        return _by_ear(_romanised(word), _romanised(other))
    return max(_from_beginning(_romanised(word), _romanised(part)) for part in _stems(other))


def _stems(word: str) -> list[str]:
    """Return a word, and what follows a noun prefix: what begins with the first capital behind a small letter."""
    inner = next((k for k in range(1, len(word)) if word[k].isupper() and word[0].islower()), None)
    return [word] if inner is None else [word, word[inner:]]


def _from_beginning(a: str, b: str) -> float:
    """Return the share of the common beginning of two words."""
    if a == b:
        return 1.0 if a else 0.0
    if min(len(a), len(b)) < SHORTEST or a[0] != b[0]:
        return 0.0
    # Letters, not path components, are what is wanted here.
    share = 2 * len(os.path.commonprefix([a, b])) / (len(a) + len(b))  # noqa: RUF071 - see above
    return share if share >= PREFIX else 0.0


def _by_ear(a: str, b: str) -> float:
    """Return what two romanised words share."""
    if a == b:
        return 1.0 if a else 0.0
    if min(len(a), len(b)) < SHORTEST_ROMANISED:
        return 0.0
    share = Indel.normalized_similarity(a, b)
    return share if share >= ROMANISED else 0.0


@lru_cache(maxsize=1 << 16)
def _romanised(word: str) -> str:
    """Write a word in the letters a to z and digits."""
    return "".join(char for char in anyascii(word).casefold() if char.isalnum())


@lru_cache(maxsize=1 << 16)
def _latin(word: str) -> bool:
    """Tell whether a word has no letter of another script."""
    return not any(char.isalpha() and not unicodedata.name(char, "").startswith("LATIN") for char in word)
