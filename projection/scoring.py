"""How well a target span fits a source entity.

A score turns a sentence pair into an *evidence matrix* ``e`` of shape (entities, target tokens), nothing negative; the
score of entity ``s`` and span ``t`` is ``2 * sum(e[s, j] for j in t) / (len(s) + len(t))``. With the number of links
between ``s`` and ``j`` as evidence this is the published dice score (arXiv 2501.18750, section 3.2).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from projection.links import Link, symmetrise
from projection.spans import Span

Score = Literal["dice", "fused"]
SCORES: tuple[Score, ...] = ("dice", "fused")
Evidence: TypeAlias = NDArray[np.float64]

# Weights of the fused score, one setting for all languages; chosen on Europarl en-es, en-de and PUD en-de together.
AGREED = 1.0
GROWN = 0.5
SINGLE = 0.25
LIKENESS = 1.5
ENOUGH = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A sentence pair as a score sees it.

    ``links`` are the symmetrised ones; where only one alignment exists, ``forward`` and ``reverse`` both equal it.
    """

    source: Sequence[str]
    target: Sequence[str]
    links: Sequence[Link]
    forward: Sequence[Link]
    reverse: Sequence[Link]
    entities: Sequence[Span]


def dice(pair: Pair) -> Evidence:
    """One unit of evidence a link of the symmetrised alignment.

    :param pair: The sentence pair.
    :returns: Matrix of shape (entities, target tokens).
    """
    return _by_entity(pair, [(i, j, 1.0) for i, j, _ in pair.links])


def fused(pair: Pair) -> Evidence:
    """Links of both directions by how well they agree, and target words that look like the name's.

    A link both directions have counts 1 (times its mean weight), one that grow-diag-final-and adds 0.5, any other
    0.25; a target token that looks like a token of the entity adds up to 1.5. No target token counts more than 1.25:
    one certain word must not outweigh the rest of its name. Punctuation is no evidence, so that no span begins or ends
    in it.

    :param pair: The sentence pair.
    :returns: Matrix of shape (entities, target tokens).
    """
    there = {(i, j): w for i, j, w in pair.forward}
    back = {(i, j): w for i, j, w in pair.reverse}
    weighted: list[Link] = [(*link, AGREED * (there[link] + back[link]) / 2) for link in there.keys() & back.keys()]
    alone = there.keys() ^ back.keys()
    grown = {(i, j) for i, j, _ in symmetrise(pair.forward, pair.reverse, "gdfa")} if alone else set()
    weighted += [(*link, (GROWN if link in grown else SINGLE) * (there | back)[link]) for link in alone]
    evidence = _by_entity(pair, sorted(weighted))
    taken = _explained(pair, sorted(there.keys() & back.keys()))
    for k, entity in enumerate(pair.entities):
        outside = np.array([like if not entity.start <= i < entity.end else 0.0 for i, like in taken])
        for word in pair.source[entity.start : entity.end]:
            alike = np.array([likeness(word, other) for other in pair.target])
            evidence[k] += LIKENESS * np.where(alike > outside, alike, 0.0)
    evidence[:, [not any(map(str.isalnum, word)) for word in pair.target]] = 0.0
    return np.minimum(evidence, ENOUGH)


def _explained(pair: Pair, agreed: Sequence[tuple[int, int]]) -> list[tuple[int, float]]:
    """Find for every target token the source token that both directions link to it, and how alike the two are.

    A token explained that way is no evidence for another entity that looks no more like it: in a table full of one
    name, each stays with its own row.
    """
    best: list[tuple[int, float]] = [(-1, 0.0)] * len(pair.target)
    for i, j in agreed:
        like = likeness(pair.source[i], pair.target[j])
        if like > best[j][1]:
            best[j] = (i, like)
    return best


def _by_entity(pair: Pair, links: Sequence[Link]) -> Evidence:
    """Add up the weights of the links between each entity and each target token."""
    evidence = np.zeros((len(pair.entities), len(pair.target)))
    owner = {i: k for k, entity in enumerate(pair.entities) for i in range(entity.start, entity.end)}
    for i, j, weight in links:
        if i in owner:
            evidence[owner[i], j] += weight
    return evidence


EVIDENCE: dict[Score, Callable[[Pair], Evidence]] = {"dice": dice, "fused": fused}


def likeness(word: str, other: str) -> float:
    """Tell how much a target word looks like a word of a name.

    :param word: A source token; only capitalised words and numbers can look like anything.
    :param other: A target token.
    :returns: 1 for the same word (case aside), the share of the common prefix for words of four letters and more that
        share at least half, else 0.

    >>> likeness("Nairobi", "NAIROBI"), likeness("Kenya", "Kenia"), likeness("the", "the")
    (1.0, 0.6, 0.0)
    """
    if not (word[:1].isupper() or word[:1].isdigit()):
        return 0.0
    a, b = word.casefold(), other.casefold()
    if a == b:
        return 1.0
    if min(len(a), len(b)) < 4 or a[0] != b[0]:
        return 0.0
    # Letters, not path components, are what is wanted here.
    share = 2 * len(os.path.commonprefix([a, b])) / (len(a) + len(b))  # noqa: RUF071 - see above
    return share if share >= 0.5 else 0.0
