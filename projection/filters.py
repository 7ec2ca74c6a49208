"""Filters: named rules a projected sentence may fail. They flag; the recipe says which flags drop a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a filter may look at.

    A fact that a way of making a corpus does not have is left out.

    :param target_length: Target tokens.
    :param entities: Projected entities.
    :param lost: Source entities that found no place.
    :param weakest: The lowest score of a projected entity; infinite without any.
    :param source_length: Source tokens.
    :param linked: Target tokens with a link.
    :param translated: Tokens of the translation.
    :param unknown: Those of them the translator did not know.
    :param doubt: The lowest confidence of a source entity an engine found; infinite without any.
    :param faults: Things that went wrong with entity markers.
    :param resplits: Whether the running text that was translated splits into the corpus's tokens again.
    """

    target_length: int
    entities: int
    lost: int
    weakest: float
    source_length: int = 0
    linked: int = 0
    translated: int = 0
    unknown: int = 0
    doubt: float = float("inf")
    faults: int = 0
    resplits: bool = True


Evidence = Literal["source", "links", "labeller", "markers", "translator", "joined"]
"""What not every way of making a corpus has."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A rule: its threshold when the recipe gives none, ``fails(facts, threshold)``, and the evidence it looks at."""

    default: float
    fails: Callable[[Facts, float], bool]
    says: str
    needs: Evidence | None = None


FILTERS: dict[str, Filter] = {
    "lost-entity": Filter(0, lambda f, most: f.lost > most, "more than {} source entities found no place", "source"),
    "no-entity": Filter(1, lambda f, least: f.entities < least, "fewer than {} projected entities"),
    "length-ratio": Filter(
        3,
        lambda f, most: max(f.source_length, f.target_length) > most * min(f.source_length, f.target_length),
        "one side is more than {} times as long as the other",
        "source",
    ),
    "weak-entity": Filter(0.5, lambda f, least: f.weakest < least, "the weakest projected entity scores below {}"),
    "weak-label": Filter(
        0.5, lambda f, least: f.doubt < least, "the labeller's confidence in an entity is below {}", "labeller"
    ),
    "marker-fault": Filter(0, lambda f, most: f.faults > most, "more than {} markers were lost or broken", "markers"),
    "unlinked": Filter(
        0.3,
        lambda f, least: f.linked < least * f.target_length,
        "less than {} of the target tokens have a link",
        "links",
    ),
    "unknown-word": Filter(
        0.3,
        lambda f, most: f.unknown > most * f.translated,
        "more than {} of the words were unknown to the translator",
        "translator",
    ),
    "resplit": Filter(
        0,
        lambda f, most: (not f.resplits) > most,
        "the tokens do not come back from the text they were joined to",
        "joined",
    ),
}


def flags(facts: Facts, thresholds: Mapping[str, float | None]) -> list[str]:
    """Name the filters a sentence fails.

    :param facts: What is known of the sentence.
    :param thresholds: The filters to apply, each with its threshold or ``None`` for the default.
    :returns: Names in alphabetical order.

    >>> facts = Facts(source_length=4, target_length=20, linked=3, entities=1, lost=0, weakest=0.9)
    >>> flags(facts, {"length-ratio": None, "unlinked": 0.1})
    ['length-ratio']
    """
    failed = []
    for name, threshold in sorted(thresholds.items()):
        rule = FILTERS[name]
        if rule.fails(facts, rule.default if threshold is None else threshold):
            failed.append(name)
    return failed
