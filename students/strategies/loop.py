"""The strategy ``loop``: rounds of training, between which the student corrects the projection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silverner.students.strategies.shared import HasRounds, WeighsLabels
from silverner.students.strategies.strategy import TrainedModel, TrainOnce

if TYPE_CHECKING:
    from silverner.students.corpus import SilverCorpus
    from silverner.students.training_config import TrainingConfig


@dataclass(frozen=True, kw_only=True)
class Loop(HasRounds, WeighsLabels):
    """Learn the projected labels in rounds."""

    name = "loop"
    summary = "the projected labels in rounds: the student corrects uncertain ones, as far as it can be trusted"
    card_sentence = "It learnt the projected labels in rounds; between rounds the student corrected uncertain ones."

    def train(self, config: TrainingConfig, corpus: SilverCorpus, folder: Path, train_once: TrainOnce) -> TrainedModel:
        """Train round after round, and take the student of the best."""
        from silverner.students.teaching.rounds import run_rounds

        return run_rounds(config, corpus, folder, train_once, max_rounds=self.max_rounds)

    def card_facts(self, results: Mapping[str, Any]) -> dict[str, str]:
        """Say how well the rounds agreed with the first projection, and which was kept."""
        agreement = ", ".join(f"{one['agreement']:.1f}" for one in results["rounds"])
        line = f"F1 against the first projection of held-out rows {agreement}; round {results['round']} kept"
        return {"rounds": line}
