"""Tokens into text and text into tokens, for languages that separate words by spaces, by Moses rules (sacremoses)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from projection.languages import LanguageLike, language_of

# Languages whose Moses rules split at apostrophes because their words do; elsewhere an apostrophe between letters is a
# letter (ng'ombe, O'Neill).
_ELIDING = {"en", "fr", "it", "ca", "ga"}
_KEEP = r"\w+(?:['’]\w+)+"
_HYPHEN = "\ue000"


@cache
def _tools(language: str) -> tuple[Any, Any]:
    from sacremoses import MosesDetokenizer, MosesTokenizer

    code = language
    return MosesTokenizer(lang=code), MosesDetokenizer(lang=code)


def join(tokens: Sequence[str], language: LanguageLike) -> str:
    """Join tokens into running text.

    :param tokens: The tokens of a sentence.
    :param language: Its ISO 639 code.
    :returns: Text as a person would type it.

    >>> join(["Dr.", "Smith", "'s", "dog", "(", "a", "big", "one", ")", "sat", "."], "eng")
    "Dr. Smith's dog (a big one) sat."
    """
    # Moses writes a split-off hyphen as @-@; a token that looks like that must come back as it is.
    hidden = [token.replace("@-@", _HYPHEN) for token in tokens]
    return str(_tools(language_of(language).short)[1].detokenize(hidden, unescape=False)).replace(_HYPHEN, "@-@")


def split(text: str, language: LanguageLike) -> list[str]:
    """Split running text into tokens.

    :param text: A sentence.
    :param language: Its ISO 639 code.
    :returns: Its tokens; together they are the text without white space and control characters.

    >>> split("Ng'ombe watatu, alisema O'Neill.", "swh")
    ["Ng'ombe", 'watatu', ',', 'alisema', "O'Neill", '.']
    """
    keep = None if language_of(language).short in _ELIDING else [_KEEP]
    return list(_tools(language_of(language).short)[0].tokenize(text, escape=False, protected_patterns=keep))


def tokens_at(text: str, tokens: Sequence[str], places: Iterable[int]) -> list[int]:
    """Find the tokens that hold given characters of the text they were split from.

    :param text: The text.
    :param tokens: Its tokens.
    :param places: Character positions in ``text``.
    :returns: Sorted token indices; a position the tokens no longer cover is left out.

    >>> tokens_at("a bc d", ["a", "b", "c", "d"], [3, 5])
    [2, 3]
    """
    owner = [k for k, token in enumerate(tokens) for char in token if _survives(char)]
    rank: dict[int, int] = {}
    for position, char in enumerate(text):
        if _survives(char):
            rank[position] = len(rank)
    return sorted({owner[rank[p]] for p in places if p in rank and rank[p] < len(owner)})


def extents(text: str, tokens: Sequence[str]) -> list[tuple[int, int] | None]:
    """Find where in a text its tokens stand.

    :param text: The text.
    :param tokens: The tokens it was joined from, or split into.
    :returns: For every token its first character and the one behind its last; ``None`` for one that is not there.

    >>> extents("a bc", ["a", "b", "c"])
    [(0, 1), (2, 3), (3, 4)]
    """
    places = [position for position, char in enumerate(text) if _survives(char)]
    found: list[tuple[int, int] | None] = []
    begin = 0
    for token in tokens:
        end = begin + sum(map(_survives, token))
        inside = places[begin:end]
        found.append((inside[0], inside[-1] + 1) if inside else None)
        begin = end
    return found


def _survives(char: str) -> bool:
    """Tell whether the tokenizer keeps a character: it drops white space and control characters."""
    return not char.isspace() and unicodedata.category(char) != "Cc"


def check(language: LanguageLike) -> None:
    """Temporary."""


def settings(language: LanguageLike) -> dict[str, object]:
    """Temporary."""
    from importlib.metadata import version

    return {"language": language_of(language).key, "sacremoses": version("sacremoses")}


def resplits(tokens: Sequence[str], language: LanguageLike) -> bool:
    """Temporary."""
    return split(join(tokens, language), language) == list(tokens)


def units(tokens: Sequence[str], language: LanguageLike) -> list[tuple[int, int]]:
    """Temporary."""
    return [(i, i + 1) for i in range(len(tokens))]
