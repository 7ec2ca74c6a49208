"""Takes the markers out of a text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from silverner.projection.markers.style import CLOSE, MARKER, OPEN, Style

# A space between a name and its marker is removed if the character on the other side shows that a translator added it.
_BEFORE = {style: re.compile(rf"(?<=[(«“¿¡])({o}(?:\s*{o})*)\s+", re.I) for style, o in OPEN.items()}
_AFTER = {
    style: re.compile(rf"(?<!\s)\s+({c}(?:\s*{c})*)(?=[,.;:!?…)»”،؛؟।、。，！？：；])", re.I)
    for style, c in CLOSE.items()
}

# Cyrillic letters that look like Latin ones; translators into Cyrillic languages write them for tags.
_LOOKALIKE = str.maketrans("асеорхуіѕј", "aceopxyisj")


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker and its place in the clean text; ``name`` is the letter of a tag."""

    place: int
    opens: bool
    name: str


def take_markers(text: str, style: Style) -> tuple[str, list[Marker]]:
    """Take the markers out of a text.

    :param text: A text with markers.
    :param style: The kind of markers.
    :returns: The text without anything that looks like a marker and with single spaces; and the markers from left to
        right.

    >>> take_markers("vio a [ Ana ].", "brackets")
    ('vio a Ana.', [Marker(place=6, opens=True, name=''), Marker(place=9, opens=False, name='')])
    """
    text = _AFTER[style].sub(r"\1", _BEFORE[style].sub(r"\1", text))
    positions = list(range(len(text)))
    markers: list[tuple[int, bool, str]] = []
    # Without its markers a text can have new ones: <<a>b>.
    while matches := list(MARKER[style].finditer("".join(text[i] for i in positions))):
        for match in reversed(matches):
            name = "" if style == "brackets" else _name(match.group())
            markers.append((positions[match.start()], match["opens"] is not None, name))
            del positions[match.start() : match.end()]
    positions = _without_extra_spaces(text, positions)
    clean = "".join(" " if text[i].isspace() else text[i] for i in positions)
    return clean, [Marker(bisect_left(positions, at), opens, name) for at, opens, name in sorted(markers)]


def _without_extra_spaces(text: str, positions: Sequence[int]) -> list[int]:
    """Leave out white space at the ends and after other white space."""
    visible: list[int] = []
    for i in positions:
        if not text[i].isspace() or (visible and not text[visible[-1]].isspace()):
            visible.append(i)
    return visible[:-1] if visible and text[visible[-1]].isspace() else visible


def _name(tag: str) -> str:
    """Read the letters of a tag in any case, width and alphabet."""
    bare = re.sub(r"&\s?[lg]t\s?;", "", tag, flags=re.I)
    letters = "".join(char for char in bare if char.isalpha())
    return unicodedata.normalize("NFKC", letters).casefold().translate(_LOOKALIKE)
