"""Which entity stands where, by what brackets hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

import numpy as np
from scipy.optimize import linear_sum_assignment

from silverner.projection.markers.edges import trim
from silverner.projection.markers.found import Fault, Found
from silverner.projection.markers.marker import Marker, take

ENOUGH = 0.5
"""Bracketed words must be more like an entity's translation than this (arXiv 2501.18750, section 3.2)."""

TIE = 1e-8
"""The order of the sentence decides between assignments about this close; real likenesses differ by more."""


def read_brackets(
    text: str, markers: Sequence[Marker], labels: Sequence[str], names: Sequence[Sequence[str]] | None
) -> tuple[list[Found], list[Fault]]:
    """Find the entities that brackets hold; the rule is that of :func:`~silverner.projection.markers.unmark.unmark`.

    :param text: The clean text.
    :param markers: The brackets.
    :param labels: The label of every entity that was marked.
    :param names: What every entity may be called.
    :returns: Places, and faults. An entity that no brackets hold is in neither.
    """
    places, faults = _pairs(text, markers)
    if len(places) == len(labels) == 1:
        return [Found(*places[0], 0)], faults  # nothing else it could be
    found = _alike(text, places, names) if names and places else {}
    left = [entity for entity in range(len(labels)) if entity not in found]
    free = [p for p in range(len(places)) if p not in found.values()]
    if len(left) == len(free) and len({labels[entity] for entity in left} if len(left) > 1 else left) == 1:
        found |= dict(zip(left, free, strict=True))
        faults += [Fault("by-order", entity) for entity in left]
    else:
        faults += [Fault("extra") for _ in free]
    return [Found(*places[p], entity) for entity, p in found.items()], faults


def _pairs(text: str, markers: Sequence[Marker]) -> tuple[list[tuple[int, int]], list[Fault]]:
    """Pair brackets; of nested ones the innermost that hold something count."""
    opened: list[int] = []
    places: list[tuple[int, int]] = []
    faults: list[Fault] = []
    for marker in markers:
        if marker.opens:
            opened.append(marker.place)
        elif not opened:
            faults.append(Fault("half"))
        else:
            outer = opened.pop()
            start, end = trim(text, outer, marker.place)
            if start == end:
                faults.append(Fault("empty"))
            elif any(outer <= inner for inner, _ in places):
                faults.append(Fault("doubled"))
            else:
                places.append((start, end))
    return places, faults + [Fault("half") for _ in opened]


def _alike(text: str, places: Sequence[tuple[int, int]], names: Sequence[Sequence[str]]) -> dict[int, int]:
    """Choose places for entities so that the sum of likenesses above the threshold is highest."""
    held = [_plain(text[start:end]) for start, end in places]
    likeness = np.array([_likenesses(map(_plain, mine), held) for mine in names])
    shift = np.subtract.outer(np.arange(len(held)), np.arange(len(names))).T + len(names)
    # A charge that grows with the place, and faster the further it is from its entity's own: so equal names keep
    # their order, and those further left win. It is far below any difference between likenesses.
    worth = np.where(likeness > ENOUGH, likeness - TIE * (shift / shift.max()) ** 2, 0.0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return {int(k): int(p) for k, p in zip(rows, columns, strict=True) if likeness[k, p] > ENOUGH}


def _likenesses(names: Iterable[str], held: Sequence[str]) -> list[float]:
    """Compare an entity's names with what each pair of brackets holds; the best name counts."""
    known = [name for name in names if name]
    return [max((SequenceMatcher(None, n, h, autojunk=False).ratio() for n in known if h), default=0.0) for h in held]


def _plain(name: str) -> str:
    """Leave the letters of a name: no brackets a translator may have put there, no punctuation around, no case."""
    clean, _ = take(name, "brackets")
    return clean[slice(*trim(clean, 0, len(clean)))].strip(".").casefold()
