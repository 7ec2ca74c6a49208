"""The same matching as an integer program, solved to proven optimality by HiGHS through SciPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from projection.errors import EngineError
from projection.matching.candidate import Candidate
from projection.matching.order import TOLERANCE, place_digits

SCALE = 1e4
"""HiGHS holds constraints and gaps to about 1e-7 and 1e-6; scores are scaled so that this is finer than a tie."""


BY_RULE = 1_000
"""Candidates of a component up to which ties are broken by rule."""


def solve_ilp(candidates: Sequence[Candidate], *, ties: bool = True) -> list[Candidate]:
    """Choose the best candidates of one component by integer programming, with zero gap.

    Ties are broken by the rule of :func:`~projection.matching.exact.match_exact` through further programs: with the
    best sum kept, the fewest tokens; with those kept, each entity in turn as far left as it can be. In a component of
    more than :data:`BY_RULE` candidates (hundreds of mentions of a few names) that would take minutes, and what HiGHS
    chooses among equals stands: the same in every run, but by no rule.

    :param candidates: Candidates of one component.
    :param ties: Break ties; off, any optimal solution is returned.
    :returns: The chosen candidates, sorted.
    :raises EngineError: when HiGHS does not prove an optimum.
    """
    ordered = sorted(candidates)
    rows, upper = _constraints(ordered)
    scores = SCALE * np.array([c.score for c in ordered])
    chosen = _optimum(-scores, rows, upper)
    if ties and len(ordered) <= BY_RULE and not _unique(scores, chosen, rows, upper):
        lengths = np.array([float(c.end - c.start) for c in ordered])
        for cost, slack in ((-scores, SCALE * TOLERANCE), (lengths, 0.5)):
            best = float(cost @ _optimum(cost, rows, upper))
            rows = vstack([rows, csr_array(cost[None, :])], format="csr")
            upper = np.append(upper, best + slack)
        chosen = _leftmost(ordered, rows, upper)
    return [c for c, x in zip(ordered, chosen, strict=True) if x]


def _unique(scores: np.ndarray, chosen: np.ndarray, rows: csr_array, upper: np.ndarray) -> bool:
    """Tell whether every other solution scores less: the best one that differs, found by cutting this one off."""
    cut = np.where(chosen, 1.0, -1.0)
    rows = vstack([rows, csr_array(cut[None, :])], format="csr")
    upper = np.append(upper, float(chosen.sum()) - 1.0)
    if not chosen.any():
        return True
    other = _optimum(-scores, rows, upper)
    return float(scores @ other) < float(scores @ chosen) - SCALE * TOLERANCE


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
