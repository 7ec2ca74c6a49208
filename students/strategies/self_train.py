"""The strategy ``self-train``: the labels that teachers, or the model itself, are sure of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from silverner.projection.errors import DataError, UsageError
from silverner.students.strategies.option import option
from silverner.students.strategies.shared import ReadsText

if TYPE_CHECKING:
    from silverner.students.corpus import SilverCorpus
    from silverner.students.targets import Target
    from silverner.students.training_config import TrainingConfig


@dataclass(frozen=True, kw_only=True)
class SelfTrain(ReadsText):
    """Learn the labels that a tagger gives the text, where it is sure of them."""

    name = "self-train"
    summary = (
        "the labels that its teachers, or else the model itself, give the text; nothing of words (or `--unsure "
        "sentences`) whose confidence is below `--threshold`"
    )
    card_sentence = "It learnt the labels that a tagger gave the text, where that tagger was sure of them."

    labels_itself = True

    threshold: float = option(
        "--threshold",
        default=0.9,
        convert=float,
        metavar="P",
        help="lowest confidence to learn from, from 0 to 1 (default: %(default)s)",
    )
    unsure: Literal["words", "sentences"] = option(
        "--unsure",
        default="words",
        choices=("words", "sentences"),
        help="leave single words out, an entity as one, or whole sentences by the mean of their words (default: "
        "%(default)s)",
    )

    def check(self) -> None:
        """Refuse a threshold that is no probability."""
        super().check()
        if not 0 <= self.threshold <= 1:
            raise UsageError(f"--threshold {self.threshold:g} is no probability; allowed: from 0 to 1")

    def preflight(self, config: TrainingConfig, corpus: SilverCorpus) -> None:
        """Refuse a student that starts as an encoder, which labels nothing, where no teacher is named."""
        from silverner.projection.neural.checkpoint import Checkpoint
        from silverner.students.training.model import is_tagger

        if not self.teachers and not is_tagger(Checkpoint(name=config.model).config()):
            raise UsageError(
                f"--model {config.model} is no tagger, so it labels nothing; name one with --teacher MODEL"
            )
        super().preflight(config, corpus)

    def _teacher_names(self, config: TrainingConfig) -> tuple[str, ...]:
        """Name the model itself where no teacher is named."""
        return self.teachers or (config.model,)

    def targets(self, config: TrainingConfig, corpus: SilverCorpus) -> list[Target]:
        """Learn the likeliest labels of words that are sure."""
        from silverner.students.targets import sure_target

        targets = [
            sure_target(mean, corpus.labels, threshold=self.threshold, whole=self.unsure == "sentences")
            for mean in self.mean_probabilities(config, corpus)
        ]
        if not any(target.weights.any() for target in targets):
            raise DataError(f"no word of {corpus.name} has a label of confidence {self.threshold:g}; lower --threshold")
        return targets
