"""A translated text after its markers were read: its entities, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["lost", "half", "doubled", "crossed", "empty", "extra", "by-order"]
FAULTS: dict[Kind, str] = {
    "lost": "no marker of an entity came back",
    "half": "a marker has no partner",
    "doubled": "markers stand twice around an entity",
    "crossed": "markers stand in an impossible order, or entities overlap",
    "empty": "there is nothing between two markers",
    "extra": "there are markers that belong to no entity",
    "by-order": "only the order of the markers says which entity stands between them",
}
"""What can go wrong with markers."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One of :data:`FAULTS`, and the entity it concerns, if that is known."""

    kind: Kind
    entity: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class MarkedEntity:
    """An entity at the characters ``start <= i < end`` of the clean text; ``entity`` is its number."""

    start: int
    end: int
    entity: int


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A text without markers, and the entities that the markers held.

    :param text: The clean text, without double spaces and without spaces at its ends.
    :param entities: The entities with a place, from left to right; they do not overlap.
    :param faults: What went wrong. Every entity without a place has a fault that says why: it is ``lost``, ``half``,
        ``crossed`` or ``empty``. Entities with a place can have faults too (``doubled``, ``by-order``).
    """

    text: str
    entities: tuple[MarkedEntity, ...]
    faults: tuple[Fault, ...]
