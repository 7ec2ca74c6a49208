"""The names of the rules by which labellings vote, without anything heavy, so that a recipe is read at once."""

from __future__ import annotations

from typing import Literal, get_args

Rule = Literal["agreement", "weighted", "soft"]
RULES: tuple[Rule, ...] = get_args(Rule)
