"""The words by which sentences are compared, and the pieces of a sentence that it can share with another one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from silverner.projection.text.tokenization.characters import classes, unspaced_letters

SHINGLE = 3, 6
"""Length of a shingle in words, and in letters where no spaces are written. A shorter sentence is one shingle."""
PHRASE = 6, 15
"""Words, or letters, from which a sentence inside another has leaked. Shorter ones are phrases that many texts have."""
Shingles = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ComparedText:
    """A sentence as it is compared with others.

    :param key: A hash of its words, in 64 bits.
    :param shingles: Its shingles.
    :param is_phrase: Whether it is so short that many texts may have it.
    """

    key: int
    shingles: Shingles
    is_phrase: bool

    def hashes(self) -> list[int]:
        """Return a hash of 64 bits of every shingle, the same in the same order in every process."""
        return sorted(hash64(encoded(shingle)) for shingle in self.shingles)


def encoded(shingle: Sequence[str]) -> bytes:
    """Return a shingle as bytes, which can be hashed."""
    return " ".join(shingle).encode("utf-8", "surrogatepass")


def hash64(content: bytes) -> int:
    """Return a hash in 64 bits with a sign, the same in every process."""
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), signed=True)


def words_of(tokens: Sequence[str]) -> tuple[str, ...]:
    """Return the words by which sentences are compared, whatever their encoding and tokenization.

    :param tokens: The tokens of a sentence.
    :returns: Its words in small letters, without punctuation; in scripts without spaces, its letters. If it has no
        words, its tokens. Two sentences have the same text if their joined words are equal.

    >>> words_of(["Ana", "didn't", "run", "."])
    ('ana', 'didn', 't', 'run')
    """
    # Vowel signs are not letters, but belong to words; format characters, such as the soft hyphen, do not.
    text = unicodedata.normalize("NFKC", " ".join(tokens)).casefold()
    return tuple(_word().findall("".join(c for c in text if unicodedata.category(c) != "Cf"))) or tuple(tokens)


def compared_text(tokens: Sequence[str]) -> ComparedText:
    """Cut a sentence into shingles.

    :param tokens: Its tokens.
    :returns: What is compared of it.
    """
    words = words_of(tokens)
    text = "".join(words)
    unspaced = 2 * len(_letter().findall(text)) > len(words)
    size = SHINGLE[unspaced]
    shingles = frozenset(words[k : k + size] for k in range(max(1, len(words) - size + 1)))
    key = int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())
    return ComparedText(key, shingles, len(words) < PHRASE[unspaced])


@cache
def _word() -> re.Pattern[str]:
    return re.compile(f"{_letter().pattern}|(?:(?!{_letter().pattern})[{classes().word}])+")


@cache
def _letter() -> re.Pattern[str]:
    return re.compile(f"[{unspaced_letters()}]")
