"""The names of the criteria for a choice without gold, without anything heavy, so that ``--help`` is instant."""

from __future__ import annotations

from typing import Literal, get_args

Criterion = Literal["agreement", "round-trip", "confidence", "entropy"]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
