"""The rule that breaks ties between whole solutions, as a number that adds up over candidates.

Solutions with the same sum of scores are compared in this order, so that the answer never depends on the order of the
input, and an outsider can say which one it is:

1. The solution with fewer target tokens in all wins.
2. Then the first entity decides: the smaller ``(start, end)`` wins, and any place wins over none.
3. Then the second entity, and so on. Entities that fit the same spans equally well take theirs from left to right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from silverner.projection.matching.candidate import Candidate

TOLERANCE = 1e-9
"""Sums of scores closer than this are a tie."""


def place_digits(candidates: Sequence[Candidate]) -> dict[tuple[int, int], int]:
    """Give the places of candidates numbers from the left; all numbers are negative, so that 0 is no place at all.

    :param candidates: All candidates of a component.
    :returns: A number for each ``(start, end)``.
    """
    places = sorted({(c.start, c.end) for c in candidates})
    return {place: k - len(places) for k, place in enumerate(places)}


def lateness(candidates: Sequence[Candidate]) -> dict[Candidate, int]:
    """Give candidates numbers so that the smaller sum is the solution that lies further left.

    Solutions are compared entity by entity, the first entity first: the smaller ``(start, end)`` wins, and no
    projection loses against any. Written as digits of one large (exact) integer, the comparison becomes a sum.

    :param candidates: All candidates of a component.
    :returns: A number for each, never positive; an entity without projection counts 0.
    """
    digit = place_digits(candidates)
    entities = sorted({c.entity for c in candidates}, reverse=True)
    weight = {entity: (len(digit) + 1) ** k for k, entity in enumerate(entities)}
    return {c: digit[c.start, c.end] * weight[c.entity] for c in candidates}


def interchangeable_entities(candidates: Sequence[Candidate]) -> list[list[tuple[Candidate, ...]]]:
    """Group entities that are interchangeable: they have the very same spans, with the very same scores.

    :param candidates: All candidates of a component, sorted.
    :returns: For each group its spans; each is the candidate of the first entity of the group, of the second, ... In a
        best solution the group's spans go to its entities in this order from the left, which no other order beats.

    >>> groups = interchangeable_entities([Candidate(0, 4, 5, 1.0), Candidate(2, 4, 5, 1.0)])
    >>> [[tuple(candidate[:4] for candidate in span) for span in spans] for spans in groups]
    [[((0, 4, 5, 1.0), (2, 4, 5, 1.0))]]
    """
    of_entity: dict[int, list[Candidate]] = defaultdict(list)
    for c in candidates:
        of_entity[c.entity].append(c)
    groups: dict[tuple[tuple[int, int, float], ...], list[list[Candidate]]] = defaultdict(list)
    for spans in of_entity.values():
        groups[tuple((c.start, c.end, c.score) for c in spans)].append(spans)
    return [list(zip(*group, strict=True)) for group in groups.values()]
