"""Filters: named rules a projected sentence may fail. They flag; the recipe says which flags drop a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a filter may look at.

    :param source_length: Source tokens.
    :param target_length: Target tokens.
    :param linked: Target tokens with a link.
    :param unknown: Target tokens the translator did not know.
    :param entities: Projected entities.
    :param lost: Source entities that found no place.
    :param weakest: The lowest score of a projected entity; infinite without any.
    """

    source_length: int
    target_length: int
    linked: int
    unknown: int
    entities: int
    lost: int
    weakest: float


@dataclass(frozen=True, slots=True)
class Filter:
    """A rule with its threshold when the recipe gives none; ``fails(facts, threshold)``."""

    default: float
    fails: Callable[[Facts, float], bool]
    says: str


FILTERS: dict[str, Filter] = {
    "lost-entity": Filter(0, lambda f, most: f.lost > most, "more than {} source entities found no place"),
    "no-entity": Filter(1, lambda f, least: f.entities < least, "fewer than {} projected entities"),
    "length-ratio": Filter(
        3,
        lambda f, most: max(f.source_length, f.target_length) > most * min(f.source_length, f.target_length),
        "one side is more than {} times as long as the other",
    ),
    "weak-entity": Filter(0.5, lambda f, least: f.weakest < least, "the weakest projected entity scores below {}"),
    "unlinked": Filter(
        0.3, lambda f, least: f.linked < least * f.target_length, "less than {} of the target tokens have a link"
    ),
    "unknown-word": Filter(
        0.3,
        lambda f, most: f.unknown > most * f.target_length,
        "more than {} of the words were unknown to the translator",
    ),
}


def flags(facts: Facts, thresholds: Mapping[str, float | None]) -> list[str]:
    """Name the filters a sentence fails.

    :param facts: What is known of the sentence.
    :param thresholds: The filters to apply, each with its threshold or ``None`` for the default.
    :returns: Names in alphabetical order.

    >>> facts = Facts(source_length=4, target_length=20, linked=3, unknown=0, entities=1, lost=0, weakest=0.9)
    >>> flags(facts, {"length-ratio": None, "unlinked": 0.1})
    ['length-ratio']
    """
    failed = []
    for name, threshold in sorted(thresholds.items()):
        rule = FILTERS[name]
        if rule.fails(facts, rule.default if threshold is None else threshold):
            failed.append(name)
    return failed
