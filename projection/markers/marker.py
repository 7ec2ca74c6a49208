"""Markers taken out of a text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from silverner.projection.markers.style import CLOSE, MARKER, OPEN, Style

# A space between a name and its marker goes where the other side of the marker says that there was none.
_BEFORE = {style: re.compile(rf"(?<=[(«“¿¡])({o}(?:\s*{o})*)\s+", re.I) for style, o in OPEN.items()}
_AFTER = {
    style: re.compile(rf"(?<!\s)\s+({c}(?:\s*{c})*)(?=[,.;:!?…)»”،؛؟।、。，！？：；])", re.I)
    for style, c in CLOSE.items()
}

# Cyrillic letters that look like Latin ones; translators into Cyrillic languages write them for tags.
_LOOKALIKE = str.maketrans("асеорхуіѕј", "aceopxyisj")


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker, and the place in the clean text it stood before; ``name`` is the letter of a tag."""

    place: int
    opens: bool
    name: str


def take(text: str, style: Style) -> tuple[str, list[Marker]]:
    """Take the markers out of a text.

    :param text: A text with markers.
    :param style: The kind of markers.
    :returns: The text without anything that looks like a marker, runs of white space being one space; and the markers
        from left to right.

    >>> take("vio a [ Ana ].", "brackets")
    ('vio a Ana.', [Marker(place=6, opens=True, name=''), Marker(place=9, opens=False, name='')])
    """
    text = _AFTER[style].sub(r"\1", _BEFORE[style].sub(r"\1", text))
    kept = list(range(len(text)))
    taken: list[tuple[int, bool, str]] = []
    # What is left when markers are gone can be a marker again: <<a>b>.
    while matches := list(MARKER[style].finditer("".join(text[i] for i in kept))):
        for match in reversed(matches):
            name = "" if style == "brackets" else _name(match.group())
            taken.append((kept[match.start()], match["opens"] is not None, name))
            del kept[match.start() : match.end()]
    shown = _spaced(text, kept)
    clean = "".join(" " if text[i].isspace() else text[i] for i in shown)
    return clean, [Marker(bisect_left(shown, at), opens, name) for at, opens, name in sorted(taken)]


def _spaced(text: str, kept: Sequence[int]) -> list[int]:
    """Leave out white space at the ends and behind other white space."""
    shown: list[int] = []
    for i in kept:
        if not text[i].isspace() or (shown and not text[shown[-1]].isspace()):
            shown.append(i)
    return shown[:-1] if shown and text[shown[-1]].isspace() else shown


def _name(tag: str) -> str:
    """Read the letters of a tag, whatever their case, width and alphabet."""
    bare = re.sub(r"&\s?[lg]t\s?;", "", tag, flags=re.I)
    letters = "".join(char for char in bare if char.isalpha())
    return unicodedata.normalize("NFKC", letters).casefold().translate(_LOOKALIKE)
