"""The strategy ``ensemble``: projection and teachers together (translate-train with transfer: arXiv 2505.10507)."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from silverner.projection.errors import UsageError
from silverner.students.strategies.option import option
from silverner.students.strategies.shared import HasTeachers
from silverner.students.strategies.strategy import TrainedModel, TrainOnce

if TYPE_CHECKING:
    from silverner.students.corpus import SilverCorpus
    from silverner.students.targets import Target
    from silverner.students.training_config import TrainingConfig

LOG = logging.getLogger("silverner")


def _share(text: str) -> float | Literal["auto"]:
    """Read a share from the command line."""
    if text == "auto":
        return "auto"
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number from 0 to 1 nor auto") from error


@dataclass(frozen=True, kw_only=True)
class Ensemble(HasTeachers):
    """Learn the mean of the projection, by its confidence, and of the teachers' probabilities."""

    name = "ensemble"
    summary = (
        "the mean of the projected labels, by their confidence, and of the teachers' probabilities (arXiv 2505.10507); "
        "`--share` says how much a teacher counts, `--combine vote` makes labels of the mean"
    )
    card_sentence = (
        "It learnt the mean of the projected labels, by their confidence, and of its teachers' probabilities "
        "(arXiv 2505.10507)."
    )

    share: float | Literal["auto"] = option(
        "--share",
        default="auto",
        convert=_share,
        metavar="W",
        help="weight of the teachers, from 0 (projection alone) to 1; auto is their agreement with the projection (F1 "
        "from 0 to 1), or its square where it is below 0.6 (default: auto)",
    )
    combine: Literal["mean", "vote"] = option(
        "--combine",
        default="mean",
        choices=("mean", "vote"),
        help="learn the mean distribution, or its likeliest tags, each by its probability (default: %(default)s)",
    )

    def check(self) -> None:
        """Refuse a share that is none."""
        if self.share != "auto" and not 0.0 <= self.share <= 1.0:
            raise UsageError(f"--share {self.share} is no share; allowed: a number from 0 to 1, or auto")

    def targets(self, config: TrainingConfig, corpus: SilverCorpus) -> list[Target]:
        """Learn the mean."""
        return self._targets_and_share(config, corpus)[0]

    def train(self, config: TrainingConfig, corpus: SilverCorpus, folder: Path, train_once: TrainOnce) -> TrainedModel:
        """Train on the mean, and say how much the teachers counted."""
        targets, share = self._targets_and_share(config, corpus)
        trained = train_once(corpus, folder, targets=targets)
        return replace(trained, facts={**trained.facts, "teacher_share": round(share, 4)})

    def card_facts(self, results: Mapping[str, Any]) -> dict[str, str]:
        """Say how much the teachers counted."""
        return {"weight of the teachers": f"{results['teacher_share']:.2f}, of the projection the rest"}

    def _targets_and_share(self, config: TrainingConfig, corpus: SilverCorpus) -> tuple[list[Target], float]:
        """Make the targets, and return the weight of the teachers too."""
        import numpy as np

        from silverner.students.targets import teacher_target
        from silverner.students.teaching import combination
        from silverner.students.teaching.teachers import mixed_probabilities

        taught = self.mean_probabilities(config, corpus)
        projected = [combination.projected_probabilities(row, corpus.labels) for row in corpus.rows]
        share = self.share
        if share == "auto":
            agreement = combination.agreement(projected, taught)
            share = combination.automatic_share(agreement)
            LOG.info("teachers and projection agree by %.2f, so the teachers weigh %.2f", agreement, share)
        weights = np.array([1 - share, share])
        means = [mixed_probabilities(both, weights) for both in zip(projected, taught, strict=True)]
        if self.combine == "vote":
            return [combination.elected_target(mean, corpus.labels) for mean in means], share
        return [teacher_target(mean) for mean in means], share
