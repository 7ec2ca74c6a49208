"""How well a target span fits a source entity.

A score turns a sentence pair into an *evidence matrix* ``e`` of shape (entities, target tokens), nothing negative; the
score of entity ``s`` and span ``t`` is ``2 * sum(e[s, j] for j in t) / (len(s) + len(t))``. With the number of links
between ``s`` and ``j`` as evidence this is the published dice score (arXiv 2501.18750, section 3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from silverner.projection.links import Link
from silverner.projection.scoring.capitalisation import Case, cases, raw_case
from silverner.projection.scoring.choices import Score
from silverner.projection.scoring.context import bracketed, bridged, joined, spelt_out
from silverner.projection.scoring.cooccurrence import Lexicon
from silverner.projection.scoring.name_similarity import likeness, romanised
from silverner.projection.scoring.weights import WEIGHTS, Weights
from silverner.projection.spans import Span

THRESHOLD: dict[Score, float] = {"dice": 0.0, "fused": 0.25}
"""What a span must score more than, where nothing else is said: less is a stray link, and no name."""
Evidence: TypeAlias = NDArray[np.float64]
_Mask: TypeAlias = NDArray[np.bool_]


CLEARLY = 0.15
"""A target word that looks less than this below the most alike of the sentence may be the name as well."""
SHORTEST, LONGEST = 2, 5
"""Letters of an acronym."""
PART, WHOLE = 0.75, 1.2
"""Of the letters of a compound, its first word has at most ``PART``, and its words together at most ``WHOLE``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A sentence pair as a score sees it.

    ``links`` are the symmetrised ones; where only one alignment exists, ``forward`` and ``reverse`` both equal it.
    ``cases`` say what the case of every target token means, read from the sentence itself if left out; ``lexicon`` is
    what the whole corpus says, if it was asked; ``glosses`` are what each entity is called in the target language.
    """

    source: Sequence[str]
    target: Sequence[str]
    links: Sequence[Link]
    forward: Sequence[Link]
    reverse: Sequence[Link]
    entities: Sequence[Span]
    cases: Sequence[Case] | None = None
    lexicon: Lexicon | None = None
    glosses: Sequence[Sequence[str]] = ()


def dice(pair: Pair, weights: Weights = WEIGHTS) -> Evidence:
    """One unit of evidence a link of the symmetrised alignment.

    :param pair: The sentence pair.
    :returns: Matrix of shape (entities, target tokens).
    """
    evidence = np.zeros((len(pair.entities), len(pair.target)))
    owner = _owners(pair)
    for i, j, _ in pair.links:
        if i in owner:
            evidence[owner[i], j] += 1.0
    return evidence


def fused(pair: Pair, weights: Weights = WEIGHTS) -> Evidence:
    """Links of both directions by whether they agree, words that look like the name's or its gloss's, and the corpus.

    Punctuation is no evidence, so that no span begins or ends in it, but for a bracket that closes one within.

    :param pair: The sentence pair.
    :param weights: The parts.
    :returns: Matrix of shape (entities, target tokens).
    """
    if not pair.entities or not pair.target:
        return np.zeros((len(pair.entities), len(pair.target)))
    there = {(i, j): w for i, j, w in pair.forward}
    back = {(i, j): w for i, j, w in pair.reverse}
    agreed = sorted(there.keys() & back.keys())
    alike = {i: _alike(pair.source[i], pair.target) for i in _owners(pair)}
    found = pair.cases or cases(pair.target)
    large = np.array([case != "small" for case in found], dtype=bool)
    letters = np.array([any(map(str.isalnum, word)) for word in pair.target], dtype=bool)
    free = _unclaimed(pair, agreed)

    evidence = _from_links(pair, there, back, alike, large, weights)
    looks = weights.likeness * _from_likeness(pair, agreed, alike)
    evidence += np.maximum(looks, weights.gloss * (free & large) * _from_glosses(pair)) if pair.glosses else looks
    if pair.lexicon is not None and weights.lexicon:
        evidence += weights.lexicon * free * _from_lexicon(pair, pair.lexicon, there.keys() | back.keys())
    evidence *= letters
    if pair.lexicon is not None and weights.cohesion:
        evidence += weights.cohesion * (free & large & letters) * _from_neighbours(pair, pair.lexicon, evidence)
    evidence = np.minimum(evidence, weights.enough)
    evidence = spelt_out(
        evidence, _acronyms(pair, alike), free & [case == "capital" for case in found], weights.acronym
    )
    evidence = joined(evidence, free, pair.target, weights.dot)
    evidence = bridged(evidence, free & letters, weights.bridge)
    names = [pair.source[entity.start : entity.end] for entity in pair.entities]
    return bracketed(evidence, names, pair.target, weights.bracket)


def _alike(word: str, target: Sequence[str]) -> Evidence:
    """Tell how much each target token looks like a word, 0 for those that look clearly less like it than another."""
    alike = np.array([likeness(word, other) for other in target])
    alike[alike < alike.max() - CLEARLY] = 0.0
    return alike


def _owners(pair: Pair) -> dict[int, int]:
    """Find for every source token of an entity the index of the entity."""
    return {i: k for k, entity in enumerate(pair.entities) for i in range(entity.start, entity.end)}


def _unclaimed(pair: Pair, agreed: Sequence[tuple[int, int]]) -> _Mask:
    """Tell for each entity which target tokens no word outside the entity claims by a link both directions have."""
    owner = _owners(pair)
    free = np.ones((len(pair.entities), len(pair.target)), dtype=bool)
    for i, j in agreed:
        mine = owner.get(i, -1)
        free[[k for k in range(len(pair.entities)) if k != mine], j] = False
    return free


def _from_links(
    pair: Pair,
    there: dict[tuple[int, int], float],
    back: dict[tuple[int, int], float],
    alike: dict[int, Evidence],
    large: _Mask,
    weights: Weights,
) -> Evidence:
    """Weigh the links of the entities.

    A link of one direction is mostly a word the aligner found no better place for. It is worth less where it leads from
    a name to a small word, and any link is where the very word stands elsewhere: ``Indiana`` is not *verbrachte*. But
    one to the rest of a compound is worth as much as any: ``Wettbewerbspolitik`` is *competition policy*. And the
    article of ``the Rhine`` is no part of *der Rhein*: other languages leave theirs out of a name.
    """
    evidence = np.zeros((len(pair.entities), len(pair.target)))
    named = [any(raw_case(word) == "capital" for word in pair.source[e.start : e.end]) for e in pair.entities]
    owner = _owners(pair)
    for i, j in sorted(there.keys() | back.keys()):
        if i not in owner:
            continue
        k = owner[i]
        if (i, j) in there and (i, j) in back:
            worth = weights.agreed * (there[i, j] + back[i, j]) / 2
        else:
            second = weights.compound and _completes(pair, i, j, there.keys() & back.keys(), large)
            worth = weights.compound if second else weights.single
            worth *= there.get((i, j), back.get((i, j), 0.0))
            worth *= 1.0 - weights.small * (named[k] and not large[j] and not second)
        if named[k] and not large[j] and _is_article(pair, i, j, pair.entities[k]):
            worth *= 1.0 - weights.article
        evidence[k, j] += worth * (1.0 - weights.twin * (alike[i].max() - alike[i][j]))
    return evidence


def _is_article(pair: Pair, i: int, j: int, entity: Span) -> bool:
    """Tell whether a source word is frequent, begins a name of several words, and is another word in the target."""
    word = pair.source[i].casefold()
    leads = i == entity.start and len(entity) > 1 and pair.lexicon is not None and word in pair.lexicon.frequent
    return leads and romanised(word) != romanised(pair.target[j])


def _completes(pair: Pair, i: int, j: int, agreed: Collection[tuple[int, int]], large: _Mask) -> bool:
    """Tell whether a target word stands beside one that is surely part of a source word, and is the rest of it.

    Its length says so: the source word is longer than the sure part, and long enough for both; where letters have case,
    lengths can be compared. A small word is not the rest of what begins with a capital: *der* in *der Schweiz* is none.
    """
    size = len(pair.source[i])
    beside = [other for other in (j - 1, j + 1) if (i, other) in agreed]
    if "none" in map(raw_case, [pair.source[i], *(pair.target[k] for k in [j, *beside])]):
        return False
    if not large[j] and large[beside].any():
        return False
    sure = sum(len(pair.target[other]) for other in beside)
    return bool(beside) and sure <= PART * size and sure + len(pair.target[j]) <= WHOLE * size + 1


def _acronyms(pair: Pair, alike: dict[int, Evidence]) -> list[int]:
    """Find the entities that are one acronym, which no target word looks like."""
    words = [pair.source[entity.start] if len(entity) == 1 else "" for entity in pair.entities]
    short = [word.isupper() and SHORTEST <= sum(map(str.isalpha, word)) <= LONGEST for word in words]
    return [k for k, entity in enumerate(pair.entities) if short[k] and not alike[entity.start].any()]


def _from_likeness(pair: Pair, agreed: Sequence[tuple[int, int]], alike: dict[int, Evidence]) -> Evidence:
    """Add up how much each target token looks like the words of each entity.

    A token that both directions link to a word outside the entity is evidence only where it looks more like the
    entity's: in a table full of one name, each stays with its own row.
    """
    best: list[tuple[int, float]] = [(-1, 0.0)] * len(pair.target)
    for i, j in agreed:
        like = likeness(pair.source[i], pair.target[j])
        if like > best[j][1]:
            best[j] = (i, like)
    evidence = np.zeros((len(pair.entities), len(pair.target)))
    for k, entity in enumerate(pair.entities):
        outside = np.array([like if not entity.start <= i < entity.end else 0.0 for i, like in best])
        for i in range(entity.start, entity.end):
            evidence[k] += np.where(alike[i] > outside, alike[i], 0.0)
    return evidence


def _from_glosses(pair: Pair) -> Evidence:
    """Find how much each target token looks like a word of each entity's gloss."""
    evidence = np.zeros((len(pair.entities), len(pair.target)))
    for k, gloss in enumerate(pair.glosses):
        for word in gloss:
            evidence[k] = np.maximum(evidence[k], [likeness(word, other) for other in pair.target])
    return evidence


def _from_lexicon(pair: Pair, lexicon: Lexicon, linked: set[tuple[int, int]]) -> Evidence:
    """Find for each entity and target token the strongest association with a word of the entity."""
    evidence = np.zeros((len(pair.entities), len(pair.target)))
    others = [word.casefold() for word in pair.target]
    for i, k in _owners(pair).items():
        word = pair.source[i].casefold()
        if any(map(str.isalnum, word)):
            row = [lexicon.association(word, other, own=(i, j) in linked) for j, other in enumerate(others)]
            evidence[k] = np.maximum(evidence[k], row)
    return evidence


def _from_neighbours(pair: Pair, lexicon: Lexicon, evidence: Evidence) -> Evidence:
    """Find for each token how it clings to a neighbour that carries evidence, as ``Unidos`` does to ``Estados``."""
    words = [word.casefold() for word in pair.target]
    sure = np.minimum(evidence, 1.0)
    found = np.zeros_like(evidence)
    carries = sure.max(axis=0, initial=0.0) > 0.0
    for j, (left, right) in enumerate(pairwise(words)):
        if not (carries[j] or carries[j + 1]):
            continue
        found[:, j] = np.maximum(found[:, j], lexicon.clings(left, left, right) * sure[:, j + 1])
        found[:, j + 1] = np.maximum(found[:, j + 1], lexicon.clings(right, left, right) * sure[:, j])
    return found


EVIDENCE: dict[Score, Callable[[Pair, Weights], Evidence]] = {"dice": dice, "fused": fused}
