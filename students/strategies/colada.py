"""The strategy ``colada``: a model of projected text and one of plain text label each other's text.

CoLaDa (Ma et al. 2023, ACL, arXiv 2305.14913), by its public code; what a round does is described in
:mod:`~silverner.students.teaching.collaboration`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silverner.projection.errors import UsageError
from silverner.students.strategies.shared import HasNeighbours, HasRounds, NamesText
from silverner.students.strategies.strategy import TrainedModel, TrainOnce

if TYPE_CHECKING:
    from silverner.students.corpus import SilverCorpus
    from silverner.students.training_config import TrainerSettings, TrainingConfig


@dataclass(frozen=True, kw_only=True)
class Colada(HasRounds, HasNeighbours, NamesText):
    """Learn in rounds what a teacher and the projection say, and then what this student says of plain text."""

    name = "colada"
    summary = (
        "in rounds: the projected labels mixed with a teacher's, then what that student says of the text, or of "
        "`--text FILE`; both weighed by the labels of words that look alike (CoLaDa)"
    )
    card_sentence = (
        "It learnt what a student of the projected labels and a teacher's says of the text, in rounds, each word "
        "weighed by the labels of words that look alike (CoLaDa: Ma et al. 2023)."
    )

    def check(self) -> None:
        """Refuse any number of teachers but one: the first model of the rounds is made of it."""
        super().check()
        if len(self.teachers) != 1:
            raise UsageError(
                f"the strategy colada needs one teacher, given {len(self.teachers)}: --teacher MODEL, a tagger of the "
                "source language, from which the first student of the projected text starts"
            )

    def preflight(self, config: TrainingConfig, corpus: SilverCorpus) -> None:
        """Check that some of the plain text can be held out."""
        from silverner.students.corpus import hold_out

        super().preflight(config, corpus)
        if corpus.plain_rows:
            hold_out(corpus.plain_rows, config.held_out)

    def training_corpus(self, config: TrainingConfig, corpus: SilverCorpus) -> SilverCorpus:
        """Read the plain text; without, the text of the corpus is that of both steps."""
        from silverner.students.unlabelled_text import read_unlabelled

        if self.text is None:
            return corpus
        rows, empty = read_unlabelled(self.text, config.language)
        return replace(corpus, plain_rows=rows, left_out={**corpus.left_out, "empty lines of text": empty})

    def loss(self, logits: Any, batch: Mapping[str, Any], settings: TrainerSettings) -> Any:
        """Take the cross-entropy with soft labels, as the paper does; the divergence has the same gradient."""
        from silverner.students.training.losses import mixed_loss

        return mixed_loss(logits, **batch, distance="kl")

    def train(self, config: TrainingConfig, corpus: SilverCorpus, folder: Path, train_once: TrainOnce) -> TrainedModel:
        """Train round after round."""
        from silverner.students.teaching.collaboration import Collaboration
        from silverner.students.teaching.label_consistency import NEIGHBOURS

        neighbours = self.neighbours or NEIGHBOURS
        collaboration = Collaboration(config, corpus, train_once, neighbours=neighbours)
        return collaboration.run(
            folder,
            teacher=self.teachers[0],
            first_answers=lambda: self.teacher_probabilities(config, corpus)[0],
            rounds=self.max_rounds,
        )

    def card_facts(self, results: Mapping[str, Any]) -> dict[str, str]:
        """Say how many rounds there were."""
        return {"rounds": f"{len(results['rounds'])}, of two trainings each; the student of the last"}
