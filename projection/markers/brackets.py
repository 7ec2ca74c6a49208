"""Finds the place of each entity by comparing the words in brackets with the entities' names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

import numpy as np

from silverner.projection.markers.edges import trim
from silverner.projection.markers.marker import Marker, take_markers
from silverner.projection.markers.unmarked_text import Fault, MarkedEntity

LIKENESS_THRESHOLD = 0.5
"""The words in brackets must be more similar to a name of the entity than this (arXiv 2501.18750, section 3.2)."""

TIE = 1e-8
"""The order of the sentence decides between assignments that differ by less; real likenesses differ by more."""


def entities_from_brackets(
    text: str, markers: Sequence[Marker], labels: Sequence[str], names: Sequence[Sequence[str]] | None
) -> tuple[list[MarkedEntity], list[Fault]]:
    """Find the entities that brackets hold; the rule is that of :func:`~silverner.projection.markers.unmark.unmark`.

    :param text: The clean text.
    :param markers: The brackets.
    :param labels: The label of every entity that was marked.
    :param names: The possible names of every entity.
    :returns: Entities with their places, and faults. An entity without brackets is in neither.
    """
    places, faults = _pairs(text, markers)
    if len(places) == len(labels) == 1:
        return [MarkedEntity(*places[0], 0)], faults  # there is no other entity
    assigned = _assign_by_likeness(text, places, names) if names and places else {}
    unassigned = [entity for entity in range(len(labels)) if entity not in assigned]
    free_places = [p for p in range(len(places)) if p not in assigned.values()]
    same_label = len(unassigned) == 1 or len({labels[entity] for entity in unassigned}) == 1
    if len(unassigned) == len(free_places) and same_label:
        assigned |= dict(zip(unassigned, free_places, strict=True))
        faults += [Fault("by-order", entity) for entity in unassigned]
    else:
        faults += [Fault("extra") for _ in free_places]
    return [MarkedEntity(*places[p], entity) for entity, p in assigned.items()], faults


def _pairs(text: str, markers: Sequence[Marker]) -> tuple[list[tuple[int, int]], list[Fault]]:
    """Pair brackets; of nested pairs the innermost one that is not empty counts."""
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


def _assign_by_likeness(text: str, places: Sequence[tuple[int, int]], names: Sequence[Sequence[str]]) -> dict[int, int]:
    """Choose places for entities so that the sum of likenesses above the threshold is highest."""
    from scipy.optimize import linear_sum_assignment  # a recipe is read without it

    bracketed = [_bare_name(text[start:end]) for start, end in places]
    likeness = np.array([_likenesses(map(_bare_name, entity_names), bracketed) for entity_names in names])
    shift = np.subtract.outer(np.arange(len(bracketed)), np.arange(len(names))).T + len(names)
    # A small penalty grows quadratically the further right a place is of the entity's own. So equal names keep their
    # order, and places further left win. The penalty is far below any difference between likenesses.
    gains = np.where(likeness > LIKENESS_THRESHOLD, likeness - TIE * (shift / shift.max()) ** 2, 0.0)
    rows, columns = linear_sum_assignment(gains, maximize=True)
    return {int(k): int(p) for k, p in zip(rows, columns, strict=True) if likeness[k, p] > LIKENESS_THRESHOLD}


def _likenesses(names: Iterable[str], bracketed: Sequence[str]) -> list[float]:
    """Compare an entity's names with the words in each pair of brackets; the most similar name counts."""
    candidates = [name for name in names if name]
    return [
        max((SequenceMatcher(None, name, words, autojunk=False).ratio() for name in candidates if words), default=0.0)
        for words in bracketed
    ]


def _bare_name(name: str) -> str:
    """Remove brackets that a translator added, the punctuation around a name, and its case."""
    clean, _ = take_markers(name, "brackets")
    return clean[slice(*trim(clean, 0, len(clean)))].strip(".").casefold()
