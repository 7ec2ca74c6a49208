"""Characters of a text, and the tokens that hold them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def tokens_at(text: str, tokens: Sequence[str], places: Iterable[int]) -> list[int]:
    """Find the tokens that hold given characters of the text they were split from.

    :param text: The text.
    :param tokens: Its tokens.
    :param places: Character positions in ``text``.
    :returns: Sorted token indices; a position the tokens no longer cover is left out.

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
    """Find where in a text its tokens stand.

    :param text: The text.
    :param tokens: The tokens it was joined from, or split into.
    :returns: For every token its first character and the one behind its last; ``None`` for one that is not there.

    >>> extents("a bc", ["a", "b", "c"])
    [(0, 1), (2, 3), (3, 4)]
    """
    places = [position for position, char in enumerate(text) if survives(char)]
    found: list[tuple[int, int] | None] = []
    begin = 0
    for token in tokens:
        end = begin + sum(map(survives, token))
        inside = places[begin:end]
        found.append((inside[0], inside[-1] + 1) if inside else None)
        begin = end
    return found


def survives(char: str) -> bool:
    """Tell whether splitting keeps a character: it drops white space and control characters.

    :param char: A character.
    :returns: Whether it is in some token.
    """
    return not char.isspace() and unicodedata.category(char) != "Cc"


def ends(tokens: Iterable[str]) -> list[int]:
    """Count the characters that survive up to the end of every token.

    :param tokens: Tokens.
    :returns: For every token its end in the text without white space and control characters.

    >>> ends(["a", "b c", ""])
    [1, 3, 3]
    """
    found, end = [], 0
    for token in tokens:
        end += sum(map(survives, token))
        found.append(end)
    return found
