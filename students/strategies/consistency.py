"""The strategy ``consistency``: an entity and its translation shall get the same answer (ConNER: Zhou et al. 2022)."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from silverner.projection.errors import UsageError
from silverner.students.strategies.option import option
from silverner.students.strategies.shared import WeighsLabels

if TYPE_CHECKING:
    from silverner.students.corpus import SilverCorpus
    from silverner.students.training.encoding import Encoding
    from silverner.students.training.objective import Objective
    from silverner.students.training_config import TrainingConfig


def _weight(text: str) -> float:
    """Read a weight from the command line."""
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0") from error


@dataclass(frozen=True, kw_only=True)
class Consistency(WeighsLabels):
    """Learn the projected labels, and to say the same of translations and under any dropout."""

    name = "consistency"
    summary = (
        "the projected labels, and besides to say the same of an entity and its source, and the same whatever dropout "
        "leaves out (ConNER)"
    )
    card_sentence = (
        "It learnt the projected labels, and to say the same of an entity and its source and under any dropout "
        "(ConNER: Zhou et al. 2022)."
    )

    translation_weight: float = option(
        "--translation-weight",
        default=0.5,
        convert=_weight,
        metavar="W",
        help="of the divergence between an entity and its source (default: %(default)s)",
    )
    dropout_weight: float = option(
        "--dropout-weight",
        default=0.5,
        convert=_weight,
        metavar="W",
        help="of the divergence between two passes with other dropout (default: %(default)s)",
    )

    def check(self) -> None:
        """Refuse weights that cannot be."""
        weights = {"--translation-weight": self.translation_weight, "--dropout-weight": self.dropout_weight}
        for flag, weight in weights.items():
            if not 0 <= weight < float("inf"):
                raise UsageError(f"{flag} {weight} cannot be; it must be a number from 0")

    def preflight(self, config: TrainingConfig, corpus: SilverCorpus) -> None:
        """Refuse a corpus that does not say which entities are translations of each other."""
        if self.translation_weight and not any(row.links and row.source_spans for row in corpus.rows):
            raise UsageError(
                f"the strategy consistency compares entities with their source, and the corpus {corpus.name} has no "
                "labelled source sentences with an alignment; use one that was projected through links, or "
                "--translation-weight 0"
            )

    def objective(self, config: TrainingConfig, corpus: SilverCorpus, encoding: Encoding) -> Objective:
        """Make the objective that adds both terms."""
        from silverner.students.training.consistency import ConsistencyObjective

        weights = {"translation": self.translation_weight, "dropout": self.dropout_weight}
        return ConsistencyObjective(self, config.training, encoding, **weights)
