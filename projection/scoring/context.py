"""Words that belong to a name because of where they stand: beside, between, or joined to words with evidence.

Every function returns a new evidence matrix of shape (entities, target tokens), no entry lower than before, and the
same one where its weight is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

GAP = 3
"""A bridge is no longer than this many words."""
SURE = 0.75
"""Evidence of the word that an acronym became."""
DOTS = frozenset("·・･‧•")
"""Tokens that join the parts of a name in Chinese and Japanese; none begins or ends with one."""
_OPENING, _CLOSING = "([{（［【", ")]}）］】"
_Evidence = NDArray[np.float64]
_Mask = NDArray[np.bool_]


def spelt_out(evidence: _Evidence, acronyms: Iterable[int], free: _Mask, weight: float) -> _Evidence:
    """Give evidence to what stands beside the word that an acronym became: *Vereinigte* Königreich for ``UK``.

    :param evidence: The evidence so far.
    :param acronyms: Entities that are an acronym which no target word looks like.
    :param free: For each entity and token whether the token is written with a capital that says something, and no word
        outside the entity claims it.
    :param weight: The evidence given.
    """
    found = evidence.copy()
    for k in acronyms:
        here = int(evidence[k].argmax())
        for other in (here - 1, here + 1):
            inside = evidence[k, here] >= SURE and 0 <= other < evidence.shape[1]
            if inside and free[k, other] and _claims(evidence, k, other):
                found[k, other] = max(found[k, other], weight)
    return found


def joined(evidence: _Evidence, free: _Mask, target: Sequence[str], weight: float) -> _Evidence:
    """Give evidence to what a middle dot joins to a name, as in 罗丝·韦凯萨, where nothing else claims it more.

    :param evidence: The evidence so far.
    :param free: For each entity and token whether no word outside the entity claims it.
    :param target: The target tokens.
    :param weight: The evidence given to the word, and to the dot; what a word must have to hand it on.
    """
    found = evidence.copy()
    dots = [j for j in range(1, len(target) - 1) if weight and target[j] in DOTS]
    for here, other in [(j - 1, j + 1) for j in dots] + [(j + 1, j - 1) for j in reversed(dots)]:
        for k in np.flatnonzero((found[:, here] >= weight) & free[:, other]):
            if _claims(found, int(k), other):
                found[k, other] = max(found[k, other], weight)
    for j in dots:
        both = (found[:, j - 1] >= weight) & (found[:, j + 1] >= weight)
        found[both, j] = np.maximum(found[both, j], weight)
    return found


def bridged(evidence: _Evidence, free: _Mask, weight: float) -> _Evidence:
    """Give some evidence to the words between two of a name, where no word outside the name claims any of them.

    :param evidence: The evidence so far.
    :param free: For each entity and token whether no word outside the entity claims it.
    :param weight: The evidence given; what the words at both ends must have more than.
    """
    found = evidence.copy()
    for k, row in enumerate(evidence if weight else []):
        for a, b in pairwise(np.flatnonzero(row > weight)):
            if 1 < b - a <= GAP + 1 and free[k, a + 1 : b].all():
                found[k, a + 1 : b] = np.maximum(row[a + 1 : b], weight)
    return found


def bracketed(evidence: _Evidence, names: Sequence[Sequence[str]], target: Sequence[str], weight: float) -> _Evidence:
    """Give evidence to a bracket that closes one with words of a name before and inside: *Komitee für Normung ( CEN )*.

    :param evidence: The evidence so far.
    :param names: The source tokens of every entity; of one without brackets nothing is changed.
    :param target: The target tokens.
    :param weight: The evidence given.
    """
    found = evidence.copy()
    pairs = brackets(target) if weight else []
    for k, name in enumerate(names if pairs else []):
        if brackets(name):
            for opening, closing in pairs:
                if evidence[k, :opening].any() and evidence[k, opening + 1 : closing].any():
                    found[k, closing] = max(found[k, closing], weight)
    return found


def brackets(tokens: Sequence[str]) -> list[tuple[int, int]]:
    """Find the places of brackets, and of those that close them.

    :param tokens: Tokens; only one that is a bracket, with or without a backslash before it, counts.
    :returns: Pairs of places, in the order of the closing ones.

    >>> brackets(["Komitee", "(", "CEN", ")", ")"])
    [(1, 3)]
    """
    opened: list[int] = []
    pairs = []
    for j, token in enumerate(token.lstrip("\\") for token in tokens):
        if len(token) == 1 and token in _OPENING:
            opened.append(j)
        elif len(token) == 1 and token in _CLOSING and opened:
            pairs.append((opened.pop(), j))
    return pairs


def _claims(evidence: _Evidence, entity: int, token: int) -> bool:
    """Tell whether no entity has more evidence of a token than this one."""
    return bool(evidence[entity, token] >= evidence[:, token].max())
