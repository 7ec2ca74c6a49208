"""The same matching as an integer program, solved to proven optimality by HiGHS through SciPy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from silverner.projection.errors import EngineError
from silverner.projection.matching.candidate import Candidate
from silverner.projection.matching.tie_rule import TOLERANCE, interchangeable_entities, place_digits

SCALE = 1e4
"""HiGHS holds constraints and gaps to about 1e-7 and 1e-6; scores are scaled so that this is finer than a tie."""
TIE_RULE_LIMIT = 1_000
"""Candidates of a component up to which ties are broken by rule."""


def solve_ilp(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Choose the best candidates of one component by integer programming, with zero gap.

    Ties are broken by the rule of :func:`~silverner.projection.matching.exact.match_exact` through further programs:
    with the best sum held fixed, the fewest tokens; with both held fixed, each entity in turn as far left as it can be.
    In a component of more than :data:`TIE_RULE_LIMIT` candidates that would take minutes: see :func:`solve_large`.

    :param candidates: Candidates of one component.
    :returns: The chosen candidates, sorted.
    :raises EngineError: when HiGHS does not prove an optimum.
    """
    ordered = sorted(candidates)
    if len(ordered) > TIE_RULE_LIMIT:
        return solve_large(ordered)
    rows, upper = _constraints(ordered)
    scores = SCALE * np.array([c.score for c in ordered])
    chosen = _optimum(-scores, rows, upper)
    if not _unique(scores, chosen, rows, upper):
        lengths = np.array([float(c.end - c.start) for c in ordered])
        for cost, slack in ((-scores, SCALE * TOLERANCE), (lengths, 0.5)):
            best = float(cost @ _optimum(cost, rows, upper))
            rows = vstack([rows, csr_array(cost[None, :])], format="csr")
            upper = np.append(upper, best + slack)
        chosen = _leftmost(ordered, rows, upper)
    return [c for c, x in zip(ordered, chosen, strict=True) if x]


def solve_large(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Choose the best candidates with one variable for all entities that are interchangeable, breaking no ties.

    To HiGHS those are a symmetry, which costs it minutes where the program without them takes a second. What it
    chooses among equals is the same in every run, but by no rule.

    :param candidates: Sorted candidates of one component.
    :returns: The chosen candidates, sorted.
    :raises EngineError: when HiGHS does not prove an optimum.
    """
    groups = interchangeable_entities(candidates)
    choices = [turn for group in groups for turn in group]
    rows, upper = _constraints([turn[0] for turn in choices])
    upper[: len(groups)] = [len(group[0]) for group in groups]  # both are in the order of their first entities
    best = _optimum(-SCALE * np.array([turn[0].score for turn in choices]), rows, upper)
    used: Counter[int] = Counter()
    chosen = []
    for turn in sorted(turn for turn, x in zip(choices, best, strict=True) if x):
        first = turn[0].entity
        chosen.append(turn[used[first]])
        used[first] += 1
    return sorted(chosen)


def _unique(scores: np.ndarray, chosen: np.ndarray, rows: csr_array, upper: np.ndarray) -> bool:
    """Tell whether every other solution scores less: the best one that differs, found by cutting this one off."""
    cut = np.where(chosen, 1.0, -1.0)
    rows = vstack([rows, csr_array(cut[None, :])], format="csr")
    upper = np.append(upper, float(chosen.sum()) - 1.0)
    if not chosen.any():
        return True
    runner_up = _optimum(-scores, rows, upper)
    return float(scores @ runner_up) < float(scores @ chosen) - SCALE * TOLERANCE


def _leftmost(ordered: list[Candidate], rows: csr_array, upper: np.ndarray) -> np.ndarray:
    """Settle the entities one by one, each at its leftmost place among the optimal solutions."""
    digit = place_digits(ordered)
    chosen = np.zeros(len(ordered), dtype=bool)
    for entity in sorted({c.entity for c in ordered}):
        cost = np.array([float(digit[c.start, c.end]) if c.entity == entity else 0.0 for c in ordered])
        chosen = _optimum(cost, rows, upper)
        rows = vstack([rows, csr_array(cost[None, :])], format="csr")
        upper = np.append(upper, float(cost @ chosen) + 0.5)
    return chosen


def _constraints(candidates: list[Candidate]) -> tuple[csr_array, np.ndarray]:
    """One row an entity (used at most once) and one a target token (covered at most once)."""
    entities = {e: k for k, e in enumerate(sorted({c.entity for c in candidates}))}
    tokens = {
        p: len(entities) + k for k, p in enumerate(sorted({p for c in candidates for p in range(c.start, c.end)}))
    }
    pairs = [
        (row, column)
        for column, c in enumerate(candidates)
        for row in (entities[c.entity], *(tokens[p] for p in range(c.start, c.end)))
    ]
    row_of, column_of = np.array(pairs).T
    shape = (len(entities) + len(tokens), len(candidates))
    return csr_array((np.ones(len(pairs)), (row_of, column_of)), shape=shape), np.ones(shape[0])


def _optimum(cost: np.ndarray, rows: csr_array, upper: np.ndarray) -> np.ndarray:
    """Minimise ``cost @ x`` over 0/1 vectors."""
    result = milp(
        cost,
        constraints=LinearConstraint(rows, -np.inf, upper),
        integrality=np.ones(len(cost), dtype=int),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if result.status != 0:
        raise EngineError(f"HiGHS found no proven optimum: {result.message}")
    return np.asarray(result.x > 0.5)
