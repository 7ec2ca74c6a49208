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
    :param source_entities: Source entities, lost ones included.
    :param spotted: Entities a tagger found in the target; ``None`` where none was asked.
    :param confidence: The lowest confidence of a projected entity; infinite without any.
    :param words: Target words that are no names: no part of an entity, written without a capital.
    :param copied: Those of them that stand in the source as they are.
    :param language: Probability that the target is in its language.
    :param script: Share of the target's letters that are of its script.
    :param duplicate: Whether an earlier sentence has the same words.
    :param near: Similarity to an earlier sentence.
    :param leak: Overlap with a sentence of an evaluation set.
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
    source_entities: int = 0
    spotted: int | None = None
    confidence: float = float("inf")
    words: int = 0
    copied: int = 0
    language: float = 1.0
    script: float = 1.0
    duplicate: bool = False
    near: float = 0.0
    leak: float = 0.0


Evidence = Literal[
    "source", "links", "labeller", "markers", "translator", "joined", "language", "overlap", "evaluation"
]
"""What not every way of making a corpus has."""
SCREENED: frozenset[Evidence] = frozenset({"language", "overlap"})
"""What any text can be asked for, and is where a filter wants to know."""
FEW = 4
"""Words that are no names a sentence needs before copies among them mean anything."""


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
    "entity-count": Filter(
        0,
        lambda f, most: abs((f.entities if f.spotted is None else f.spotted) - f.source_entities) > most,
        "target and source differ by more than {} entities (the target's are those candidates.tagger finds there, or "
        "else the projected ones)",
        "source",
    ),
    "projection-ratio": Filter(
        0.5,
        lambda f, least: min(f.entities, f.source_entities) < least * max(f.entities, f.source_entities),
        "of projected and source entities, the fewer are less than {} of the more",
        "source",
    ),
    "untranslated": Filter(
        0.5,
        lambda f, most: f.words >= FEW and f.copied > most * f.words,
        "more than {} of the words that are no names stand in the source as they are",
        "source",
    ),
    "low-confidence": Filter(
        0.8,
        lambda f, least: f.confidence < least,
        "the boundaries of a projected entity are right with a probability below {}",
        "links",
    ),
    "language": Filter(
        0.01, lambda f, least: f.language < least, "the text is in its language with a probability below {}", "language"
    ),
    "wrong-script": Filter(
        0.5, lambda f, least: f.script < least, "less than {} of the letters are of the language's script", "language"
    ),
    "duplicate": Filter(
        0, lambda f, most: f.duplicate > most, "an earlier sentence has the same words, case aside", "overlap"
    ),
    "near-duplicate": Filter(
        0.8,
        lambda f, least: f.near >= least,
        "of the word 3-grams of this and an earlier sentence they share {} or more",
        "overlap",
    ),
    "leak": Filter(
        0.8,
        lambda f, least: f.leak >= least,
        "of this (or its source) and a sentence of `evaluation`, {} or more of the shorter's word 3-grams "
        "(letter 6-grams in scripts without spaces) stand in the other",
        "overlap",
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
