"""The strategy ``prototype``: labels that prototypes of tags and neighbours correct while the student learns.

GLoDe (Ding et al. 2024, arXiv 2406.01213), with the prototypes of ContProto (Zhou et al. 2023, ACL, arXiv 2305.13628);
:mod:`~silverner.students.teaching.prototype_objective` says where it departs from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from silverner.projection.errors import UsageError
from silverner.students.strategies.shared import HasNeighbours, HasTeachers

if TYPE_CHECKING:
    from silverner.students.corpus import SilverCorpus
    from silverner.students.targets import Target
    from silverner.students.training.encoding import Encoding
    from silverner.students.training.objective import Objective
    from silverner.students.training_config import TrainingConfig

FEWEST_EPOCHS = 3


@dataclass(frozen=True, kw_only=True)
class Prototype(HasNeighbours, HasTeachers):
    """Learn labels that prototypes of tags and neighbours correct from the third pass on."""

    name = "prototype"
    summary = (
        "the projected labels, or the probabilities of `--teacher`; from the third epoch on, prototypes of tags and "
        "neighbours correct them (GLoDe)"
    )
    card_sentence = (
        "It learnt labels that prototypes of tags and neighbours corrected while it learnt (GLoDe: Ding et al. 2024)."
    )

    def preflight(self, config: TrainingConfig, corpus: SilverCorpus) -> None:
        """Refuse a training that ends before a label can change."""
        if self.teachers:
            super().preflight(config, corpus)
        if config.training.epochs < FEWEST_EPOCHS:
            raise UsageError(
                f"--epochs {config.training.epochs:g} cannot be: the strategy prototype corrects labels from the third "
                f"epoch on; give --epochs {FEWEST_EPOCHS} or more (10 in the paper)"
            )

    def targets(self, config: TrainingConfig, corpus: SilverCorpus) -> list[Target]:
        """Begin with the mean of the teachers' probabilities, or without teachers with the projected labels."""
        from silverner.students.targets import teacher_target

        if not self.teachers:
            return super().targets(config, corpus)
        return [teacher_target(mean) for mean in self.mean_probabilities(config, corpus)]

    def objective(self, config: TrainingConfig, corpus: SilverCorpus, encoding: Encoding) -> Objective:
        """Make the objective that corrects the labels."""
        from silverner.students.teaching.prototype_objective import NEIGHBOURS, PrototypeObjective

        return PrototypeObjective(self, config.training, corpus, neighbours=self.neighbours or NEIGHBOURS)
