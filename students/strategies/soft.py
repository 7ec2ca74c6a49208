"""The strategy ``soft``: the probabilities of a teacher (arXiv 2004.12440)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from silverner.students.strategies.shared import HasTeachers

if TYPE_CHECKING:
    from silverner.students.corpus import SilverCorpus
    from silverner.students.targets import Target
    from silverner.students.training_config import TrainingConfig


@dataclass(frozen=True, kw_only=True)
class Soft(HasTeachers):
    """Learn the probabilities of a teacher; of several, their mean."""

    name = "soft"
    summary = "a teacher's probabilities, by mean squared error (arXiv 2004.12440) or `--loss kl --temperature T`"
    card_sentence = "It learnt a teacher's probabilities for every word (arXiv 2004.12440)."

    def targets(self, config: TrainingConfig, corpus: SilverCorpus) -> list[Target]:
        """Learn the mean of the teachers' probabilities."""
        from silverner.students.targets import teacher_target
        from silverner.students.teaching.teachers import mixed_probabilities

        by_teacher = self.teacher_probabilities(config, corpus)
        return [teacher_target(mixed_probabilities(row)) for row in zip(*by_teacher, strict=True)]
