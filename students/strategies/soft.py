"""The strategy ``soft``: the probabilities of a teacher (arXiv 2004.12440)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from silverner.projection.errors import UsageError
from silverner.students.strategies.shared import Distils

if TYPE_CHECKING:
    from silverner.students.corpus import SilverCorpus
    from silverner.students.targets import Target
    from silverner.students.training_config import TrainingConfig


@dataclass(frozen=True, kw_only=True)
class Soft(Distils):
    """Learn the probabilities of a teacher."""

    name = "soft"
    summary = "a teacher's probabilities, by mean squared error (arXiv 2004.12440) or `--loss kl --temperature T`"
    card_sentence = "It learnt a teacher's probabilities for every word (arXiv 2004.12440)."

    def check(self) -> None:
        """Refuse several teachers."""
        super().check()
        if len(self.teachers) > 1:
            raise UsageError(
                f"the strategy soft learns from one teacher, given {len(self.teachers)}: {', '.join(self.teachers)}; "
                "the strategy multi learns from several"
            )

    def targets(self, config: TrainingConfig, corpus: SilverCorpus) -> list[Target]:
        """Learn the teacher's probabilities."""
        from silverner.students.targets import teacher_target

        (probabilities,) = self.teacher_probabilities(config, corpus)
        return [teacher_target(row) for row in probabilities]
