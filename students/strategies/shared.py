"""Options that several strategies take: weights of projected labels, teachers, and rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from silverner.projection.errors import UsageError
from silverner.students.strategies.strategy import Strategy, option, positive_count

if TYPE_CHECKING:
    from silverner.students.corpus import Row, SilverCorpus
    from silverner.students.targets import Reals, Target
    from silverner.students.training_config import TrainingConfig


@dataclass(frozen=True, kw_only=True)
class WeighsLabels(Strategy):
    """A strategy that learns projected labels, and can weigh words by their confidence."""

    label_weights: Literal["none", "sentence", "token"] = option(
        "--weights",
        default="none",
        choices=("none", "sentence", "token"),
        help="weigh words by the confidence of their labels (default: none)",
        key="weights",
    )

    def word_weights(self, row: Row) -> Reals:
        """Weigh the words of a row by the confidence of its projection.

        ``sentence``: all words weigh the sentence's score. ``token``: the words of an entity weigh its confidence, the
        others 1.

        :param row: The row.
        :returns: Shape (tokens,).
        """
        import numpy as np

        weights = np.ones(len(row.tokens), dtype=np.float32)
        if self.label_weights == "sentence":
            weights[:] = row.score
        elif self.label_weights == "token":
            for span, confidence in zip(row.spans, row.confidences, strict=True):
                weights[span.start : span.end] = confidence
        return weights

    def targets(self, config: TrainingConfig, corpus: SilverCorpus) -> list[Target]:
        """Learn the projected labels, words weighed as the option says."""
        from silverner.students.targets import tag_target

        return [tag_target(corpus.tag_numbers(row), self.word_weights(row)) for row in corpus.rows]


@dataclass(frozen=True, kw_only=True)
class HasTeachers(Strategy):
    """A strategy that asks teachers; where none is named, the distributions in the corpus are used."""

    teachers: tuple[str, ...] = option(
        "--teacher",
        default=(),
        metavar="MODEL",
        repeatable=True,
        holds="model",
        help="a tagger to learn from (repeatable)",
    )

    def preflight(self, config: TrainingConfig, corpus: SilverCorpus) -> None:
        """Load every teacher once, or read the distributions of the corpus."""
        from silverner.students.teaching.teachers import load_teacher, published_probabilities

        for name in self.teachers:
            load_teacher(name, corpus.labels, config.label_map, device=config.device)
        if not self.teachers:
            published_probabilities(corpus)

    def teacher_probabilities(self, config: TrainingConfig, corpus: SilverCorpus) -> list[list[Reals]]:
        """Ask the teachers.

        :param config: What is to be trained.
        :param corpus: The rows.
        :returns: For every teacher the probabilities of every row, shape (tokens, tags).
        :raises SilvernerError: when there is none, neither named nor in the corpus, or it does not fit the tokens.
        """
        from silverner.students.teaching.teachers import load_teacher, published_probabilities

        if not self.teachers:
            return [published_probabilities(corpus)]
        sentences = [row.tokens for row in corpus.rows]
        teachers = [load_teacher(name, corpus.labels, config.label_map, device=config.device) for name in self.teachers]
        return [teacher.probabilities(sentences) for teacher in teachers]


@dataclass(frozen=True, kw_only=True)
class Distils(HasTeachers):
    """A strategy that learns nothing but its teachers' probabilities."""

    def preflight(self, config: TrainingConfig, corpus: SilverCorpus) -> None:
        """Refuse a student that starts as its only teacher, since it knows all there is to learn."""
        from silverner.students.teaching.own_teacher import refuse_own_teacher, warn_of_own_teacher

        super().preflight(config, corpus)
        if self.teachers:
            refuse_own_teacher(config.model, self.teachers)
        else:
            warn_of_own_teacher(config.model, corpus.name)


@dataclass(frozen=True, kw_only=True)
class HasRounds(Strategy):
    """A strategy that trains several times, each time with what the student before has learnt."""

    max_rounds: int = option(
        "--rounds", default=3, metavar="N", convert=positive_count, help="most rounds (default: %(default)s)"
    )

    def check(self) -> None:
        """Refuse a training without a round."""
        if self.max_rounds < 1:
            raise UsageError(f"--rounds {self.max_rounds} cannot be; it must be above 0")
