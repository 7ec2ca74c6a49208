"""What a part of the fused score declares: its name, its default weight, its kind, its step, and its function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from silverner.projection.scoring.pair_arrays import PairArrays, Reals

Kind = Literal["reward", "penalty", "cap"]
"""A reward adds, a penalty takes a share from 0 to 1 away, a cap limits; a weight of 0 switches the first two off."""
Step = Literal["links", "names", "corpus", "context"]
"""When a part acts, in this order; :mod:`silverner.projection.scoring.fused` says why."""
PartFunction: TypeAlias = Callable[[PairArrays, Reals, float], Reals]
"""From the arrays, the values so far and the weight to the new values. The values are one a link in the step ``links``,
and a matrix of shape (entities, target tokens) in the others. The function leaves its inputs as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """A part of the fused score.

    :param name: The key under ``weights:`` of a recipe. That of a penalty or a cap begins with the kind.
    :param weight: What the part is worth by default.
    :param kind: Whether it adds, takes away, or limits.
    :param step: When it acts.
    :param description: What it is, in one sentence.
    :param apply: The function.
    :param needs_cooccurrences: Whether it reads the counts of the whole corpus, and does nothing without.
    """

    name: str
    weight: float
    kind: Kind = "reward"
    step: Step
    description: str
    apply: PartFunction
    needs_cooccurrences: bool = False
