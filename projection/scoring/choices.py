"""The names of the scores, without anything heavy, so that ``--help`` is instant."""

from __future__ import annotations

from typing import Literal, get_args

Score = Literal["dice", "fused", "fitted"]
SCORES: tuple[Score, ...] = get_args(Score)
