"""A bracket that closes one within a name: *Komitee für Normung ( CEN )*."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart

_OPENING, _CLOSING = "([{（［【", ")]}）］】"


def reward_brackets(arrays: PairArrays, scores: Reals, weight: float) -> Reals:
    """Give the weight to closing brackets of names that have brackets."""
    return bracketed(scores, arrays.pair.names(), arrays.pair.target, weight)


def bracketed(scores: Reals, names: Iterable[Sequence[str]], target: Sequence[str], weight: float) -> Reals:
    """Give the weight to a bracket that closes one with words of a name before and inside.

    :param scores: The scores so far.
    :param names: The source tokens of every entity; of one without brackets nothing is changed.
    :param target: The target tokens.
    :param weight: The score given.
    """
    raised = scores.copy()
    pairs = bracket_pairs(target) if weight else []
    for k, name in enumerate(names if pairs else []):
        if bracket_pairs(name):
            for opening, closing in pairs:
                if scores[k, :opening].any() and scores[k, opening + 1 : closing].any():
                    raised[k, closing] = max(raised[k, closing], weight)
    return raised


def bracket_pairs(tokens: Sequence[str]) -> list[tuple[int, int]]:
    """Find the places of brackets, and of those that close them.

    :param tokens: Tokens; only one that is a bracket, with or without a backslash before it, counts.
    :returns: Pairs of places, in the order of the closing ones.

    >>> bracket_pairs(["Komitee", "(", "CEN", ")", ")"])
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


PART = ScorePart(
    name="bracket",
    weight=0.75,
    step="context",
    description="A bracket that closes one within the name, where the entity has brackets.",
    apply=reward_brackets,
)
