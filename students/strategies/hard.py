"""The strategy ``hard``: the projected labels."""

from __future__ import annotations

from dataclasses import dataclass

from silverner.students.strategies.shared import WeighsLabels


@dataclass(frozen=True, kw_only=True)
class Hard(WeighsLabels):
    """Learn the projected labels."""

    name = "hard"
    summary = "the projected labels; `--weights token` or `sentence` weighs them by their confidence"
    card_sentence = "It learnt the projected labels."
