"""The exact matching: the best set of candidates for all entities of a sentence at once.

Maximise the sum of scores, each entity at most once, chosen spans never overlapping (design: "The matching, stated
once"; arXiv 2501.18750, equations 1-4, restricted to one projection an entity). The problem splits into components of
entities that compete; each is solved by dynamic programming over (target position, entities already used), and handed
to an integer-programming solver where too many entities are open at once for the table to stay small. Of entities that
fit every span equally well, as a name that is listed twice, only how many are used needs to be known.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from silverner.projection.matching.candidate import Candidate, usable_candidates
from silverner.projection.matching.tie_rule import TOLERANCE, interchangeable_entities, lateness

STEP_LIMIT = 20_000
"""A component that takes more steps than this (a state of the table tried with a candidate) goes to the solver."""
STEPS_PER_CANDIDATE = 4
"""Added to the limit for every candidate: the solver, too, takes longer where there are many."""


def match_exact(
    candidates: Iterable[Candidate], *, threshold: float = 0.0, steps: int | None = None
) -> list[Candidate]:
    """Choose the candidates with the highest sum of scores.

    Ties between whole solutions of a component are broken by a rule, so that the answer never depends on the order of
    the input: fewer target tokens in all; then the first entity as far left as possible (a later start, then a later
    end, then no projection at all is worse), then the second, and so on. Sums closer than ``1e-9`` are a tie.

    :param candidates: Candidates of one sentence, in any order.
    :param threshold: A candidate must score more than this.
    :param steps: Work on one component above which HiGHS takes over; what suits its size if left out.
    :returns: At most one candidate an entity, none overlapping, sorted by entity.
    :raises DataError: for candidates that cannot be matched (see
        :func:`~silverner.projection.matching.candidate.usable_candidates`).

    >>> a, b = Candidate(0, 0, 2, 1.0), Candidate(0, 0, 1, 0.7)
    >>> [c.score for c in match_exact([a, b, Candidate(1, 1, 2, 0.6)])]
    [0.7, 0.6]
    """
    chosen: list[Candidate] = []
    for component in components(drop_dominated(usable_candidates(candidates, threshold=threshold))):
        solved = _solve(component, STEP_LIMIT + STEPS_PER_CANDIDATE * len(component) if steps is None else steps)
        chosen += _solve_by_ilp(component) if solved is None else solved
    return sorted(chosen)


def _solve_by_ilp(component: list[Candidate]) -> list[Candidate]:
    """Hand a component to the solver, which is loaded only now: that takes longer than most files take to project."""
    from silverner.projection.matching.ilp import solve_ilp

    return solve_ilp(component)


def drop_dominated(candidates: list[Candidate]) -> list[Candidate]:
    """Leave out candidates that no best solution contains.

    Where a part of a span fits its entity at least as well as the whole, taking the part instead costs nothing, covers
    less, and is preferred by the rule for ties.

    :param candidates: Sorted candidates.
    :returns: Those of which no part fits as well, sorted.
    """
    undominated: list[Candidate] = []
    for _, of_entity in groupby(candidates, key=lambda c: c.entity):
        # A staircase of spans that end no later: starts rise, scores fall, so the first start at or behind a span's own
        # has the best score of all its parts.
        starts: list[int] = []
        scores: list[float] = []
        for c in sorted(of_entity, key=lambda c: (c.end, -c.start)):
            place = bisect_left(starts, c.start)
            if place < len(starts) and scores[place] >= c.score:
                continue
            undominated.append(c)
            first = place
            while first and scores[first - 1] <= c.score:
                first -= 1
            same = place < len(starts) and starts[place] == c.start
            starts[first : place + same] = [c.start]
            scores[first : place + same] = [c.score]
    return sorted(undominated)


def components(candidates: list[Candidate]) -> list[list[Candidate]]:
    """Split candidates into groups that cannot influence each other.

    Two entities belong together when spans of theirs overlap, directly or through other spans.

    :param candidates: Sorted candidates.
    :returns: The groups, each sorted.
    """
    parent = {c.entity: c.entity for c in candidates}

    def root(entity: int) -> int:
        while parent[entity] != entity:
            parent[entity] = parent[parent[entity]]
            entity = parent[entity]
        return entity

    reach, owner = -1, -1
    for c in sorted(candidates, key=lambda c: (c.start, c.end)):
        if c.start < reach:
            parent[root(c.entity)] = root(owner)
        else:
            owner = c.entity
        reach = max(reach, c.end)
    groups: dict[int, list[Candidate]] = defaultdict(list)
    for c in candidates:
        groups[root(c.entity)].append(c)
    return list(groups.values())


class _State(NamedTuple):
    """The best way to reach a position with a given set of used entities."""

    score: float
    length: int
    late: int
    chosen: tuple[Candidate, ...]

    def beats(self, rival: _State) -> bool:
        if abs(self.score - rival.score) > TOLERANCE:
            return self.score > rival.score
        return (self.length, self.late) < (rival.length, rival.late)


class _UsedCount(NamedTuple):
    """The bits of a state that count how many of ``size`` interchangeable entities are used."""

    size: int
    shift: int
    mask: int


def _solve(candidates: list[Candidate], steps: int) -> list[Candidate] | None:
    """Solve one component from left to right; ``None`` when it takes more than ``steps``.

    A state counts how many entities are used, for each group that is interchangeable; they take their turns from the
    left, which is what the rule for ties asks for. Only groups that may still be used later are counted: what is behind
    its last candidate is dropped, so long lists of names stay cheap.
    """
    starting: dict[int, list[tuple[_UsedCount, tuple[Candidate, ...]]]] = defaultdict(list)
    last: dict[_UsedCount, int] = {}
    width = 0
    for group in interchangeable_entities(candidates):
        size, shift = len(group[0]), width
        width += size.bit_length()
        field = _UsedCount(size, shift, (1 << width) - (1 << shift))
        last[field] = max(turn[0].start for turn in group)
        for turn in group:
            starting[turn[0].start].append((field, turn))
    stops = sorted(starting)
    still_open = [sum(field.mask for field, start in last.items() if start >= stop) for stop in stops]
    rank = lateness(candidates)
    best = _State(0.0, 0, 0, ())
    layers: list[dict[int, _State]] = [{} for _ in stops]
    layers[0][0] = best
    for position, stop in enumerate(stops):
        table, layers[position] = layers[position], {}
        steps -= len(table) * len(starting[stop])
        if steps < 0:
            return None
        for used, state in table.items():
            if position + 1 < len(stops):
                _keep(layers[position + 1], used & still_open[position + 1], state)
            for field, turn in starting[stop]:
                count = (used & field.mask) >> field.shift
                if count == field.size:
                    continue
                c = turn[count]
                new = _State(
                    state.score + c.score, state.length + c.end - c.start, state.late + rank[c], (*state.chosen, c)
                )
                best = new if new.beats(best) else best
                then = bisect_left(stops, c.end)
                if then < len(stops):
                    _keep(layers[then], (used + (1 << field.shift)) & still_open[then], new)
    return list(best.chosen)


def _keep(table: dict[int, _State], used: int, state: _State) -> None:
    """Put a state into a table unless a better one is there."""
    if used not in table or state.beats(table[used]):
        table[used] = state
