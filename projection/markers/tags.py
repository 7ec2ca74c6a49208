"""Finds the place of each entity by the letters of tags."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from silverner.projection.markers.edges import trim
from silverner.projection.markers.marker import Marker
from silverner.projection.markers.style import LETTERS
from silverner.projection.markers.unmarked_text import Fault, MarkedEntity
from silverner.projection.matching.candidate import Candidate
from silverner.projection.matching.exact import match_exact


def entities_from_tags(text: str, markers: Sequence[Marker], count: int) -> tuple[list[MarkedEntity], list[Fault]]:
    """Find the entities that tags name.

    An entity stands between an opening and a closing tag of its letter: the first such pair that is not empty; of
    several opening tags in a row the last one counts. If entities overlap, the choice has as many as possible, then
    the shorter ones, then those further left (:func:`~silverner.projection.matching.match_exact`).

    :param text: The clean text.
    :param markers: The tags.
    :param count: Number of entities that were marked.
    :returns: Entities with their places, and faults. An entity without a tag is in neither.
    """
    names = LETTERS[:count]
    faults = [Fault("extra") for marker in markers if marker.name not in names]
    entities = []
    for entity, name in enumerate(names):
        placed, entity_faults = _place(text, [marker for marker in markers if marker.name == name], entity)
        entities += placed
        faults += entity_faults
    chosen = {c.entity for c in match_exact([Candidate(e.entity, e.start, e.end, 1.0) for e in entities])}
    faults += [Fault("crossed", e.entity) for e in entities if e.entity not in chosen]
    return [e for e in entities if e.entity in chosen], faults


def _place(text: str, tags: Sequence[Marker], entity: int) -> tuple[list[MarkedEntity], list[Fault]]:
    """Find one entity by its tags."""
    if not tags:
        return [], []
    if len({marker.opens for marker in tags}) == 1:
        return [], [Fault("half", entity)]
    pairs = [trim(text, a.place, b.place) for a, b in pairwise(tags) if a.opens and not b.opens]
    full = [MarkedEntity(start, end, entity) for start, end in pairs if start < end]
    if not full:
        return [], [Fault("empty" if pairs else "crossed", entity)]
    return full[:1], [Fault("doubled", entity)] if len(tags) > 2 else []
