"""What reading a marked text yields: places, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["lost", "half", "doubled", "crossed", "empty", "extra", "by-order"]
FAULTS: dict[Kind, str] = {
    "lost": "nothing of an entity's markers came back",
    "half": "a marker has no partner",
    "doubled": "markers stand twice around an entity",
    "crossed": "markers stand in an impossible order, or entities overlap",
    "empty": "there is nothing between two markers",
    "extra": "there are markers no entity belongs to",
    "by-order": "only their order says which entity stands between markers",
}
"""What can go wrong with markers."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that went wrong: one of :data:`FAULTS`, and the entity it concerns, where that is known."""

    kind: Kind
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

    :param text: The clean text; no two spaces follow each other, and none is at an end.
    :param found: The places of entities, from left to right; they do not overlap.
    :param faults: What went wrong. Every entity without a place has a fault that says why: it is ``lost``, ``half``,
        ``crossed`` or ``empty``. Entities with a place can have faults too (``doubled``, ``by-order``).
    """

    text: str
    found: tuple[Found, ...]
    faults: tuple[Fault, ...]
