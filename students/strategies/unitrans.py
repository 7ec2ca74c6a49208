"""The strategy ``unitrans``: several teachers, and the labels that they agree on (UniTrans: Wu et al. 2020, IJCAI).

The paper's teachers are three: a model of the source language, one trained on translated text with projected labels,
and the first trained further on the text of the second. Its student starts as an encoder that knows no labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from silverner.projection.errors import UsageError
from silverner.students.strategies.option import option
from silverner.students.strategies.shared import ReadsText

if TYPE_CHECKING:
    from silverner.students.corpus import SilverCorpus
    from silverner.students.targets import Target
    from silverner.students.training_config import TrainingConfig


@dataclass(frozen=True, kw_only=True)
class Unitrans(ReadsText):
    """Learn the mean of the teachers' probabilities, and besides the labels that all voters agree on."""

    name = "unitrans"
    summary = (
        "the mean probabilities of several teachers, and besides the labels that they agree on (UniTrans; best with a "
        "model of the source language, one of projected text, and the first trained on the text of the second)"
    )
    card_sentence = (
        "It learnt the mean of its teachers' probabilities for every word, and besides the labels that they agree on "
        "(UniTrans: Wu et al. 2020)."
    )

    voters: Literal["teachers", "all"] = option(
        "--voters",
        default="teachers",
        choices=("teachers", "all"),
        help="who must agree on a label: the teachers, or all, that is the projected labels too (default: %(default)s)",
    )

    def check(self) -> None:
        """Refuse fewer than two voters."""
        super().check()
        if len(self.teachers) + (self.voters == "all") < 2 or not self.teachers:
            raise UsageError(
                f"the strategy unitrans needs two teachers or more, given {len(self.teachers)}: --teacher MODEL "
                "--teacher MODEL; or one with --voters all, so that the projected labels vote too"
            )
        if self.voters == "all" and self.text is not None:
            raise UsageError(f"--voters all lets projected labels vote, and --text {self.text} has none")

    def targets(self, config: TrainingConfig, corpus: SilverCorpus) -> list[Target]:
        """Learn the teachers, and let them vote."""
        from silverner.students.targets import voted_target
        from silverner.students.teaching.teachers import mixed_probabilities

        by_row = zip(*self.teacher_probabilities(config, corpus), strict=True)
        return [
            voted_target(
                teachers, mixed_probabilities(teachers), corpus.tag_numbers(row) if self.voters == "all" else None
            )
            for row, teachers in zip(corpus.rows, by_row, strict=True)
        ]
