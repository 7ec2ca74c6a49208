"""Character offsets of tokens in their text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def tokens_at(text: str, tokens: Sequence[str], places: Iterable[int]) -> list[int]:
    """Find the tokens that contain certain characters of their text.

    :param text: The text.
    :param tokens: The tokens it was split into.
    :param places: Character positions in ``text``.
    :returns: Sorted token indices; a position that no token contains is left out.

    >>> tokens_at("a bc d", ["a", "b", "c", "d"], [3, 5])
    [2, 3]
    """
    owner = [k for k, token in enumerate(tokens) for char in token if survives(char)]
    rank: dict[int, int] = {}
    for position, char in enumerate(text):
        if survives(char):
            rank[position] = len(rank)
    return sorted({owner[rank[p]] for p in places if p in rank and rank[p] < len(owner)})


def extents(text: str, tokens: Sequence[str]) -> list[tuple[int, int] | None]:
    """Find the place of every token in its text.

    :param text: The text.
    :param tokens: The tokens it was joined from, or split into.
    :returns: For every token its first character and the character after its last; ``None`` for an empty token.

    >>> extents("a bc", ["a", "b", "c"])
    [(0, 1), (2, 3), (3, 4)]
    """
    places = [position for position, char in enumerate(text) if survives(char)]
    ranges: list[tuple[int, int] | None] = []
    begin = 0
    for token in tokens:
        end = begin + sum(map(survives, token))
        inside = places[begin:end]
        ranges.append((inside[0], inside[-1] + 1) if inside else None)
        begin = end
    return ranges


def survives(char: str) -> bool:
    """Tell whether splitting keeps a character, that is, whether it is no white space and no control character.

    :param char: A character.
    :returns: Whether it is in some token.
    """
    return not char.isspace() and unicodedata.category(char) != "Cc"


def ends(tokens: Iterable[str]) -> list[int]:
    """Find the end of every token in the text without white space and control characters.

    :param tokens: Tokens.
    :returns: For every token the number of such characters up to its end.

    >>> ends(["a", "b c", ""])
    [1, 3, 3]
    """
    offsets, end = [], 0
    for token in tokens:
        end += sum(map(survives, token))
        offsets.append(end)
    return offsets


def visible(tokens: Iterable[str]) -> str:
    """Return the characters of tokens or of a text that splitting keeps.

    :param tokens: Tokens, or a text as the only one.

    >>> visible(["a b", "c"]) == visible(["ab c"])
    True
    """
    return "".join(char for token in tokens for char in token if survives(char))
