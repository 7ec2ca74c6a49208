"""The strategy ``agree``: projected labels where the teachers agree with them, and their probabilities elsewhere.

The rule is this project's own. The published one, which learns teachers everywhere and hard labels besides, is
:mod:`~silverner.students.strategies.unitrans`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from silverner.students.strategies.shared import HasTeachers, WeighsLabels

if TYPE_CHECKING:
    from silverner.students.corpus import SilverCorpus
    from silverner.students.targets import Target
    from silverner.students.training_config import TrainingConfig


@dataclass(frozen=True, kw_only=True)
class Agree(HasTeachers, WeighsLabels):
    """Learn the projected label where all teachers agree with it, and the teachers' probabilities elsewhere."""

    name = "agree"
    summary = "the projected label where the teachers agree with it, their probabilities elsewhere"
    card_sentence = (
        "It learnt the projected labels where its teachers agree with them, and their probabilities elsewhere."
    )

    def targets(self, config: TrainingConfig, corpus: SilverCorpus) -> list[Target]:
        """Compare the projected tags with those of every teacher."""
        from silverner.students.targets import agreement_target
        from silverner.students.teaching.teachers import mixed_probabilities

        by_row = zip(*self.teacher_probabilities(config, corpus), strict=True)
        return [
            agreement_target(corpus.tag_numbers(row), teachers, mixed_probabilities(teachers), self.word_weights(row))
            for row, teachers in zip(corpus.rows, by_row, strict=True)
        ]
