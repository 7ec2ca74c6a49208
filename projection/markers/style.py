"""The two kinds of markers: how they are written, and the forms that translators change them to."""

from __future__ import annotations

import re
import string
from itertools import product
from typing import Literal

from silverner.projection.errors import DataError, nearest

Style = Literal["brackets", "tags"]
STYLES: tuple[Style, ...] = ("brackets", "tags")

LETTERS = [*string.ascii_lowercase, *("".join(pair) for pair in product(string.ascii_lowercase, repeat=2))]
"""Names of tags for the entities of a sentence: 702; further entities are not marked."""

# Square brackets and their East Asian forms. Corner brackets and double angle brackets are no markers, because
# translators write them for quotation marks.
_OPENING, _CLOSING = "[\uff3b\u3010\u3014", "]\uff3d\u3011\u3015"

# Some translators write full-width angle brackets, or escape them. Any one or two letters count, not only Latin ones: a
# tag can come back transliterated. It then names no entity, but it must not stay in the text.
_LESS, _MORE = r"(?:<|\uff1c|&\s?lt\s?;)", r"(?:>|\uff1e|&\s?gt\s?;)"
_SLASH, _NAME = r"[/\uff0f\\]", r"[^\W\d_]{1,2}"

OPEN: dict[Style, str] = {"brackets": f"[{re.escape(_OPENING)}]", "tags": rf"{_LESS}\s*{_NAME}\s*{_MORE}"}
"""Patterns of opening markers."""

CLOSE: dict[Style, str] = {
    "brackets": f"[{re.escape(_CLOSING)}]",
    "tags": rf"{_LESS}\s*(?:{_SLASH}\s*{_NAME}|{_NAME}\s*{_SLASH})\s*{_MORE}",
}
"""Patterns of closing markers."""

MARKER: dict[Style, re.Pattern[str]] = {
    style: re.compile(f"(?P<opens>{OPEN[style]})|{CLOSE[style]}", re.IGNORECASE) for style in STYLES
}
"""Any marker; the group ``opens`` matches only in opening markers."""

_ROUND = str.maketrans(_OPENING + _CLOSING, "(" * len(_OPENING) + ")" * len(_CLOSING))
_ANGLES = re.compile(f"(?P<less>{_LESS})|{_MORE}", re.IGNORECASE)

FILLER = "\0"
"""Fills the positions that :func:`hide` leaves without a character."""


def check(style: str) -> None:
    """Refuse an unknown style.

    :param style: The name of a style.
    :raises DataError: when it is none of :data:`STYLES`.
    """
    if style not in STYLES:
        raise DataError(f"unknown marker style {style!r}; {nearest(style, STYLES)}")


def enclosures(style: Style, count: int) -> list[tuple[str, str]]:
    """Return the markers of the first entities of a sentence.

    :param style: The kind of markers.
    :param count: Number of entities.
    :returns: An opening and a closing marker for each; at most 702 for tags.

    >>> enclosures("tags", 2)
    [('<a>', '</a>'), ('<b>', '</b>')]
    """
    return [("[", "]")] * count if style == "brackets" else [(f"<{x}>", f"</{x}>") for x in LETTERS[:count]]


def hide(text: str, style: Style) -> str:
    """Write everything that looks like a marker with round brackets, in a text that has no markers yet.

    All translators keep round brackets, and none changes them to our markers; angle quotes can come back as tags.

    :param text: Running text.
    :param style: The kind of markers to come.
    :returns: Text of the same length; if several characters became one, :data:`FILLER` stands for the others.

    >>> hide("see [1] <b>", "brackets"), hide("see [1] <b>", "tags")
    ('see (1) <b>', 'see [1] (b)')
    """
    if style == "brackets":
        return text.translate(_ROUND)
    return MARKER[style].sub(lambda tag: _ANGLES.sub(_round, tag.group()), text)


def _round(angle: re.Match[str]) -> str:
    """Write an angle bracket as a round one, at the same length."""
    return ("(" if angle["less"] else ")").ljust(len(angle.group()), FILLER)
