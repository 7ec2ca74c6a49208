"""The strategy ``multi``: the probabilities of several teachers (arXiv 2004.12440)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from silverner.projection.errors import UsageError
from silverner.students.strategies.option import option
from silverner.students.strategies.shared import Distils

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from silverner.students.corpus import SilverCorpus
    from silverner.students.targets import Target
    from silverner.students.training_config import TrainingConfig

LOG = logging.getLogger("silverner")


@dataclass(frozen=True, kw_only=True)
class Multi(Distils):
    """Learn the probabilities of several teachers, each with its weight."""

    name = "multi"
    summary = (
        "the probabilities of several teachers; `--similarity sentence` or `corpus` weighs a teacher by how much the "
        "text is like its `--teacher-text`"
    )
    card_sentence = "It learnt the weighted mean of the probabilities of several teachers (arXiv 2004.12440)."

    teacher_texts: tuple[Path, ...] = option(
        "--teacher-text",
        default=(),
        metavar="FILE",
        convert=Path,
        repeatable=True,
        holds="file",
        help="text of the language of a teacher, one for each",
    )
    similarity: Literal["avg", "sentence", "corpus"] = option(
        "--similarity",
        default="avg",
        choices=("avg", "sentence", "corpus"),
        help="how teachers are weighed (default: %(default)s)",
    )

    def check(self) -> None:
        """Refuse fewer than two teachers, and teachers without the text that weighs them."""
        super().check()
        if len(self.teachers) < 2:
            raise UsageError(f"the strategy multi needs two teachers or more: --teacher MODEL, given {self.teachers}")
        if self.similarity != "avg" and len(self.teacher_texts) != len(self.teachers):
            raise UsageError(
                f"--similarity {self.similarity} needs text of every teacher's language: {len(self.teachers)} teachers "
                f"and {len(self.teacher_texts)} --teacher-text; give one for each, in the same order"
            )

    def preflight(self, config: TrainingConfig, corpus: SilverCorpus) -> None:
        """Load every teacher once, and read the texts that weigh them."""
        from silverner.students.teaching.language_similarity import read_language

        super().preflight(config, corpus)
        for path in self.teacher_texts if self.similarity != "avg" else ():
            read_language(path)

    def targets(self, config: TrainingConfig, corpus: SilverCorpus) -> list[Target]:
        """Learn the weighted mean of the teachers' probabilities."""
        from silverner.students.targets import teacher_target
        from silverner.students.teaching.teachers import mixed_probabilities

        if self.similarity == "avg":
            return [teacher_target(mean) for mean in self.mean_probabilities(config, corpus)]
        by_row = zip(*self.teacher_probabilities(config, corpus), strict=True)
        weights = self._teacher_weights(config, corpus)
        return [teacher_target(mixed_probabilities(row, share)) for row, share in zip(by_row, weights, strict=True)]

    def _teacher_weights(self, config: TrainingConfig, corpus: SilverCorpus) -> NDArray[np.float64]:
        """Weigh the teachers by how much their languages are like the text, shape (rows, teachers)."""
        from silverner.projection.neural.checkpoint import Checkpoint
        from silverner.students.teaching.language_similarity import teacher_weights

        weights = teacher_weights(
            Checkpoint(name=config.model, device=config.device),
            self.teacher_texts,
            [row.tokens for row in corpus.rows],
            each=self.similarity == "sentence",
            seed=config.training.seed,
            answers=config.answers,
        )
        means = zip(self.teachers, weights.mean(axis=0), strict=True)
        LOG.info("mean weight of each teacher: %s", ", ".join(f"{name} {weight:.2f}" for name, weight in means))
        return weights
