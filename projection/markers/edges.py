"""Where a name begins and ends among the punctuation around it."""

from __future__ import annotations

import unicodedata

# Dashes, quotes, brackets, control and direction characters.
_CATEGORIES = {"Pd", "Pi", "Pf", "Ps", "Pe", "Cc", "Cf"}

# Other punctuation ends sentences and clauses in some script, or stands inside names: this is the first kind. The full
# stop is neither here nor there ("Kenya." and "U.S."), and left to the tokenizer.
_ENDING = set(",;:!?…\"'¡¿،؛؟۔՝՞։।॥፡።፣፤፥፦፧፨、。，；：！？｡､។៕၊།‼⁇⁈⁉")

_OPENING, _CLOSING = "(（[［{《〈「『【〔", ")）]］}》〉」』】〕"
_PARTNER = dict(zip(_OPENING + _CLOSING, _CLOSING + _OPENING, strict=True))


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out white space and punctuation at the edges of a piece of text.

    A bracket stays where its partner stands inside: ``Bank (Kenya)`` keeps both, ``(Kenya)`` and ``Kenya)`` none.

    :param text: The whole text.
    :param start: First character of the piece.
    :param end: The character behind its last.
    :returns: The new start and end; equal where there is nothing but white space and punctuation.

    >>> trim("vio “Kenia”, y", 4, 12)
    (5, 10)
    """
    if not any(map(_solid, text[start:end])):
        return start, start
    while True:
        inner = text[start + 1 : end - 1]
        if _loose(text[start], inner):
            start += 1
        elif _loose(text[end - 1], inner):
            end -= 1
        else:
            return start, end


def _solid(char: str) -> bool:
    """Tell whether a character can be part of a name wherever it stands."""
    return not (char.isspace() or char in _ENDING or unicodedata.category(char) in _CATEGORIES)


def _loose(char: str, inner: str) -> bool:
    """Tell whether a character at an edge does not belong to what is inside."""
    return not _solid(char) and (char not in _PARTNER or _PARTNER[char] not in inner)
