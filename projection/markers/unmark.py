"""Text that comes back from a translator with markers: the text without them, and the entities they held."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from scipy.optimize import linear_sum_assignment

from projection import words
from projection.markers.mark import Style, letters
from projection.spans import Span

FAULTS = {
    "lost": "nothing of an entity's markers came back",
    "half": "a marker has no partner",
    "doubled": "markers stand twice around an entity",
    "crossed": "markers stand in an impossible order, or entities overlap",
    "empty": "there is nothing between two markers",
    "extra": "there are markers no entity belongs to",
    "by-order": "only their order says which entity stands between markers",
}
"""What can go wrong with markers."""

ENOUGH = 0.5
"""Bracketed words must be more like an entity's translation than this (arXiv 2501.18750, section 3.2)."""

_BRACKETS = str.maketrans("\uff3b\uff3d\u3010\u3011", "[][]")
_TAG = re.compile(r"<\s*(/?)\s*([A-Za-z]{1,2})\s*(/?)\s*>")
_EDGE = ",;:!?\u2026\"'\u201c\u201d\u00ab\u00bb()\u060c\u3001\uff0c"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that went wrong: one of :data:`FAULTS`, and the entity it concerns, where that is known."""

    kind: str
    entity: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """The characters ``start <= i < end`` of the clean text hold an entity."""

    start: int
    end: int
    entity: int


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A text without markers.

    :param text: The clean text; no two spaces follow each other.
    :param found: The places of entities, from left to right; they do not overlap.
    :param faults: What went wrong. Every entity without a place has at least one.
    """

    text: str
    found: tuple[Found, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Marker:
    """A marker that was taken out of a text, and the place it stood at; ``name`` is empty for brackets."""

    place: int
    opens: bool
    name: str = ""


def unmark(text: str, *, style: Style, labels: Sequence[str], names: Sequence[Sequence[str]] | None = None) -> Unmarked:
    """Read a translated text with markers.

    Tags say which entity they hold. Of brackets, each entity gets those that hold what is most like one of its names:
    the assignment is the best as a whole, and counts only likeness above :data:`ENOUGH`. (The published code of arXiv
    2501.18750 takes the last likeness above the threshold, and compares the brackets as well.) What is left over on
    both sides is paired in order, if it is one each, or equally many of one label.

    :param text: The translation.
    :param style: The kind of markers.
    :param labels: The label of every entity that was marked, in the order of the source sentence.
    :param names: What every entity may be called in the translation, such as its translation alone, and its own
        words; without them brackets are paired by order only.
    :returns: The clean text, the places of entities, and what went wrong.

    >>> unmark("[Nueva York] recibe a [Ana].", style="brackets", labels=["PER", "LOC"],
    ...     names=[["Ana"], ["Nueva York", "New York"]])
    ... # doctest: +NORMALIZE_WHITESPACE
    Unmarked(text='Nueva York recibe a Ana.', found=(Found(start=0, end=10, entity=1),
    Found(start=20, end=23, entity=0)), faults=())
    """
    if style == "tags":
        clean, markers = _take_tags(text)
        faults, found = _read_tags(markers, len(labels))
    else:
        clean, markers = _take_brackets(text)
        faults, places = _pairs(markers)
        places, more = _trimmed(clean, places)
        faults += more
        found, more = _assign(clean, places, labels, names)
        faults += more
    if style == "tags":
        found, more = _trimmed_tags(clean, found)
        faults += more
    found, more = _apart(found)
    faults += more
    explained = {f.entity for f in found} | {fault.entity for fault in faults}
    faults += [Fault("lost", k) for k in range(len(labels)) if k not in explained]
    return Unmarked(clean, tuple(sorted(found)), tuple(faults))


def to_tokens(
    unmarked: Unmarked, tokens: Sequence[str], labels: Sequence[str]
) -> tuple[list[tuple[Span, int]], list[Fault]]:
    """Move entities from characters onto tokens; a token partly inside an entity belongs to it.

    :param unmarked: What :func:`unmark` returned.
    :param tokens: The tokens its text was split into.
    :param labels: The label of every entity.
    :returns: Spans with the index of their entity, from left to right; and faults of entities that found no token of
        their own.

    >>> to_tokens(Unmarked("l'ONU", (Found(2, 5, 0),), ()), ["l'", "ONU"], ["ORG"])
    ([(Span(start=1, end=2, label='ORG'), 0)], [])
    """
    spans: list[tuple[Span, int]] = []
    faults = []
    upto = 0
    for found in unmarked.found:
        inside = words.tokens_at(unmarked.text, tokens, range(found.start, found.end))
        if not inside or inside[0] < upto:
            faults.append(Fault("crossed" if inside else "empty", found.entity))
            continue
        upto = inside[-1] + 1
        spans.append((Span(inside[0], upto, labels[found.entity]), found.entity))
    return spans, faults


# -- taking markers out ----------------------------------------------------------------------------------------------


def _take_brackets(text: str) -> tuple[str, list[_Marker]]:
    parts = re.split(r"([\[\]])", text.translate(_BRACKETS))
    return _without((part, _Marker(0, part == "[") if part in {"[", "]"} else None) for part in parts)


def _take_tags(text: str) -> tuple[str, list[_Marker]]:
    text = html.unescape(text) if "&lt;" in text else text
    parts: list[tuple[str, _Marker | None]] = []
    before = 0
    for match in _TAG.finditer(text):
        parts.append((text[before : match.start()], None))
        parts.append((match.group(), _Marker(0, not (match[1] or match[3]), match[2].lower())))
        before = match.end()
    return _without([*parts, (text[before:], None)])


def _without(parts: Iterable[tuple[str, _Marker | None]]) -> tuple[str, list[_Marker]]:
    """Put a text together without its markers, and note their places in it; runs of white space become one space."""
    clean = ""
    markers = []
    for part, marker in parts:
        if marker is not None:
            markers.append(_Marker(len(clean), marker.opens, marker.name))
            continue
        part = re.sub(r"\s+", " ", part)
        clean += part[1:] if part.startswith(" ") and (clean.endswith(" ") or not clean) else part
    clean = clean.rstrip()
    return clean, [_Marker(min(m.place, len(clean)), m.opens, m.name) for m in markers]


# -- brackets --------------------------------------------------------------------------------------------------------


def _pairs(markers: Sequence[_Marker]) -> tuple[list[Fault], list[tuple[int, int]]]:
    """Pair brackets; of nested ones the innermost counts."""
    open_: list[int] = []
    places: list[tuple[int, int]] = []
    faults = []
    for marker in markers:
        if marker.opens:
            open_.append(marker.place)
        elif not open_:
            faults.append(Fault("half"))
        else:
            start = open_.pop()
            if any(start <= a and b <= marker.place for a, b in places):
                faults.append(Fault("doubled"))
            else:
                places.append((start, marker.place))
    return [*faults, *(Fault("half") for _ in open_)], places


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out white space and punctuation at the edges."""
    while start < end and (text[start].isspace() or text[start] in _EDGE):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _EDGE):
        end -= 1
    return start, end


def _trimmed(text: str, places: Iterable[tuple[int, int]]) -> tuple[list[tuple[int, int]], list[Fault]]:
    trimmed = [_trim(text, *place) for place in places]
    return [(a, b) for a, b in trimmed if a < b], [Fault("empty") for a, b in trimmed if a >= b]


def _trimmed_tags(text: str, found: Iterable[Found]) -> tuple[list[Found], list[Fault]]:
    trimmed = [(_trim(text, f.start, f.end), f.entity) for f in found]
    full = [Found(a, b, k) for (a, b), k in trimmed if a < b]
    return full, [Fault("empty", k) for (a, b), k in trimmed if a >= b]


def _assign(
    text: str, places: Sequence[tuple[int, int]], labels: Sequence[str], names: Sequence[Sequence[str]] | None
) -> tuple[list[Found], list[Fault]]:
    """Tell which entity stands in which brackets."""
    places = sorted(places)
    if len(places) == len(labels) == 1:
        return [Found(*places[0], 0)], []
    found: dict[int, int] = {}
    if names is not None and places and labels:
        likeness = np.array([[max(_likeness(n, text[a:b]) for n in mine) for a, b in places] for mine in names])
        # Of equally good assignments the one that keeps the order wins.
        order = np.abs(np.subtract.outer(np.arange(len(labels)), np.arange(len(places))))
        worth = np.where(likeness > ENOUGH, likeness - 1e-6 * order, 0.0)
        rows, columns = linear_sum_assignment(worth, maximize=True)
        found = {int(k): int(p) for k, p in zip(rows, columns, strict=True) if likeness[k, p] > ENOUGH}
    faults = []
    left = [k for k in range(len(labels)) if k not in found]
    free = [p for p in range(len(places)) if p not in found.values()]
    if left and len(left) == len(free) and (len(left) == 1 or len({labels[k] for k in left}) == 1):
        found |= dict(zip(left, free, strict=True))
        faults += [Fault("by-order", k) for k in left]
    else:
        faults += [Fault("lost", k) for k in left] + [Fault("extra") for _ in free]
    return [Found(*places[p], k) for k, p in found.items()], faults


def _likeness(one: str, other: str) -> float:
    """Compare two names by their letters, edge punctuation and case aside; 0 where one of them is empty."""
    a, b = (name[slice(*_trim(name, 0, len(name)))].strip(".").casefold() for name in (one, other))
    return SequenceMatcher(None, a, b, autojunk=False).ratio() if a and b else 0.0


# -- tags ------------------------------------------------------------------------------------------------------------


def _read_tags(markers: Sequence[_Marker], count: int) -> tuple[list[Fault], list[Found]]:
    """Find for every entity its first opening tag, and the first closing one behind it."""
    faults: list[Fault] = []
    found = []
    known = letters(count)
    faults += [Fault("extra") for marker in markers if marker.name not in known]
    for k, name in enumerate(known):
        mine = [(m.place, m.opens) for m in markers if m.name == name]
        opens, closes = [p for p, is_open in mine if is_open], [p for p, is_open in mine if not is_open]
        pairs = [
            (a, b) for n, (a, a_opens) in enumerate(mine) if a_opens for b, b_opens in mine[n + 1 :] if not b_opens
        ]
        if not mine:
            continue
        if not opens or not closes:
            faults.append(Fault("half", k))
        elif not pairs:
            faults.append(Fault("crossed", k))
        else:
            found.append(Found(*pairs[0], k))
            faults += [Fault("doubled", k)] if len(mine) > 2 else []
    return faults, found


def _apart(found: Iterable[Found]) -> tuple[list[Found], list[Fault]]:
    """Keep entities from left to right; one that overlaps another before it is not kept."""
    kept: list[Found] = []
    faults = []
    for place in sorted(found):
        if kept and place.start < kept[-1].end:
            faults.append(Fault("crossed", place.entity))
        else:
            kept.append(place)
    return kept, faults
