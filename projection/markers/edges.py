"""Separates a name from the punctuation around it."""

from __future__ import annotations

import unicodedata

# Dashes, quotes, brackets, control and direction characters.
_CATEGORIES = {"Pd", "Pi", "Pf", "Ps", "Pe", "Cc", "Cf"}

# Punctuation that ends sentences or clauses in some script. The full stop is not in it, because it ends sentences
# ("Kenya.") and names ("U.S."); the tokenizer decides.
_ENDING = set(",;:!?…\"'¡¿،؛؟۔՝՞։।॥፡።፣፤፥፦፧፨、。，；：！？｡､។៕၊།‼⁇⁈⁉")

_OPENING, _CLOSING = "(（[［{《〈「『【〔", ")）]］}》〉」』】〕"
_PARTNER = dict(zip(_OPENING + _CLOSING, _CLOSING + _OPENING, strict=True))


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Exclude white space and punctuation at the edges of a piece of text.

    A bracket stays if its partner is inside: ``Bank (Kenya)`` keeps both, ``(Kenya)`` and ``Kenya)`` keep none.

    :param text: The whole text.
    :param start: First character of the piece.
    :param end: The character after its last.
    :returns: The new start and end; they are equal if there is only white space and punctuation.

    >>> trim("vio “Kenia”, y", 4, 12)
    (5, 10)
    """
    if not any(map(_can_be_in_name, text[start:end])):
        return start, start
    while True:
        inner = text[start + 1 : end - 1]
        if _is_removable(text[start], inner):
            start += 1
        elif _is_removable(text[end - 1], inner):
            end -= 1
        else:
            return start, end


def _can_be_in_name(char: str) -> bool:
    """Tell whether a character can be part of a name at any position."""
    return not (char.isspace() or char in _ENDING or unicodedata.category(char) in _CATEGORIES)


def _is_removable(char: str, inner: str) -> bool:
    """Tell whether a character at an edge does not belong to the name."""
    return not _can_be_in_name(char) and (char not in _PARTNER or _PARTNER[char] not in inner)
