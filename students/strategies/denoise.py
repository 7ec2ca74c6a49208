"""The strategy ``denoise``: labels weighed by those of words that look alike.

The weights are those of CoLaDa (Ma et al. 2023, ACL, arXiv 2305.14913), by the vectors of the model as it is before
training. The rest of CoLaDa, models that label each other's text, is not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from silverner.students.strategies.shared import HasNeighbours, WeighsLabels

if TYPE_CHECKING:
    from silverner.students.corpus import SilverCorpus
    from silverner.students.targets import Target
    from silverner.students.training_config import TrainingConfig


@dataclass(frozen=True, kw_only=True)
class Denoise(HasNeighbours, WeighsLabels):
    """Learn the projected labels, each word weighed by the labels of words that look alike to the model."""

    name = "denoise"
    summary = "the projected labels, each weighed by the labels of words that look alike"
    card_sentence = "It learnt the projected labels, each word weighed by the labels of words that look alike."

    def targets(self, config: TrainingConfig, corpus: SilverCorpus) -> list[Target]:
        """Weigh every word by its label consistency too."""
        from silverner.projection.neural.checkpoint import Checkpoint
        from silverner.students.targets import tag_target
        from silverner.students.teaching.label_consistency import NEIGHBOURS, label_consistency

        tags = [corpus.tag_numbers(row) for row in corpus.rows]
        checkpoint = Checkpoint(name=config.model, device=config.device)
        consistency = label_consistency(
            [row.tokens for row in corpus.rows], tags, checkpoint, neighbours=self.neighbours or NEIGHBOURS
        )
        weights = [self.word_weights(row) * weight for row, weight in zip(corpus.rows, consistency, strict=True)]
        return [tag_target(numbers, weight) for numbers, weight in zip(tags, weights, strict=True)]
