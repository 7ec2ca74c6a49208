"""Which entity stands where, by the letters of tags."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from silverner.projection.markers.edges import trim
from silverner.projection.markers.found import Fault, Found
from silverner.projection.markers.marker import Marker
from silverner.projection.markers.style import LETTERS
from silverner.projection.matching.candidate import Candidate
from silverner.projection.matching.exact import match_exact


def read_tags(text: str, markers: Sequence[Marker], count: int) -> tuple[list[Found], list[Fault]]:
    """Find the entities that tags name.

    An entity stands between the first opening tag of its letter that a closing one follows, with something in between;
    of opening tags in a row the innermost counts. Where entities overlap, as many as possible are kept, then the
    shorter, then those further left (:func:`~silverner.projection.matching.match_exact`).

    :param text: The clean text.
    :param markers: The tags.
    :param count: Number of entities that were marked.
    :returns: Places, and faults. An entity of which no tag came back is in neither.
    """
    names = LETTERS[:count]
    faults = [Fault("extra") for marker in markers if marker.name not in names]
    found = []
    for entity, name in enumerate(names):
        place, more = _place(text, [marker for marker in markers if marker.name == name], entity)
        found += place
        faults += more
    kept = {c.entity for c in match_exact([Candidate(f.entity, f.start, f.end, 1.0) for f in found])}
    faults += [Fault("crossed", f.entity) for f in found if f.entity not in kept]
    return [f for f in found if f.entity in kept], faults


def _place(text: str, mine: Sequence[Marker], entity: int) -> tuple[list[Found], list[Fault]]:
    """Find one entity by its tags."""
    if not mine:
        return [], []
    if len({marker.opens for marker in mine}) == 1:
        return [], [Fault("half", entity)]
    pairs = [trim(text, a.place, b.place) for a, b in pairwise(mine) if a.opens and not b.opens]
    full = [Found(start, end, entity) for start, end in pairs if start < end]
    if not full:
        return [], [Fault("empty" if pairs else "crossed", entity)]
    return full[:1], [Fault("doubled", entity)] if len(mine) > 2 else []
