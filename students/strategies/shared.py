"""Options that several strategies take: weights of projected labels, teachers, rounds, and neighbours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from silverner.projection.errors import UsageError
from silverner.projection.spans import SCHEMES, Scheme
from silverner.students.strategies.option import option, positive_count
from silverner.students.strategies.strategy import Strategy

if TYPE_CHECKING:
    from silverner.projection.labelling import Tagger
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
        others how likely they are O: less than 1 where an entity of the source was lost
        (:mod:`~silverner.students.lost_entities`).

        :param row: The row.
        :returns: Shape (tokens,).
        """
        import numpy as np

        from silverner.students.lost_entities import lost_weights

        weights = np.ones(len(row.tokens), dtype=np.float32)
        if self.label_weights == "sentence":
            weights[:] = row.score
        elif self.label_weights == "token":
            weights = lost_weights(row)
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
    labels_itself: ClassVar[bool] = False
    """Whether the model that the student starts as labels the text where no teacher is named."""

    teacher_schemes: tuple[Scheme, ...] = option(
        "--teacher-scheme",
        default=(),
        choices=SCHEMES,
        repeatable=True,
        help="how the teachers write entities, once for all or once for each in their order; iob1 and iob2 cannot "
        "always be told apart by a model's tags (default: found from them)",
    )

    def check(self) -> None:
        """Refuse schemes that are neither for all teachers nor for each."""
        if len(self.teacher_schemes) > 1 and len(self.teacher_schemes) != len(self.teachers):
            raise UsageError(
                f"{len(self.teacher_schemes)} --teacher-scheme for {len(self.teachers)} --teacher; give one for all, "
                "or one for each in the same order"
            )
        if self.teacher_schemes and not self.teachers and not self.labels_itself:
            raise UsageError("--teacher-scheme says how a --teacher writes entities, and none is named")

    def preflight(self, config: TrainingConfig, corpus: SilverCorpus) -> None:
        """Load every teacher once, or read the distributions of the corpus."""
        from silverner.students.teaching.teachers import published_probabilities

        self._load_teachers(config, corpus)
        if not self._teacher_names(config):
            published_probabilities(corpus)

    def teacher_probabilities(self, config: TrainingConfig, corpus: SilverCorpus) -> list[list[Reals]]:
        """Ask the teachers, or read what they answered before.

        :param config: What is to be trained.
        :param corpus: The rows.
        :returns: For every teacher the probabilities of every row, shape (tokens, tags).
        :raises SilvernerError: when there is none, neither named nor in the corpus, or it does not fit the tokens.
        """
        from silverner.students.teaching.teachers import ask_teacher, published_probabilities, warn_of_iob1

        names = self._teacher_names(config)
        if not names:
            return [published_probabilities(corpus)]
        sentences = [row.tokens for row in corpus.rows]
        by_teacher = []
        for name, teacher in zip(names, self._load_teachers(config, corpus), strict=True):
            by_teacher.append(ask_teacher(teacher, sentences, config.answers))
            teacher.release()
            if not self.teacher_schemes:
                warn_of_iob1(f"the teacher {name}", by_teacher[-1], "if it writes so, give --teacher-scheme iob1")
        return by_teacher

    def mean_probabilities(self, config: TrainingConfig, corpus: SilverCorpus) -> list[Reals]:
        """Ask the teachers, and take the mean of what they answer.

        :param config: What is to be trained.
        :param corpus: The rows.
        :returns: For every row, shape (tokens, tags).
        :raises SilvernerError: as :meth:`teacher_probabilities`.
        """
        from silverner.students.teaching.teachers import mixed_probabilities

        return [mixed_probabilities(row) for row in zip(*self.teacher_probabilities(config, corpus), strict=True)]

    def _load_teachers(self, config: TrainingConfig, corpus: SilverCorpus) -> list[Tagger]:
        """Check all teachers; a model is loaded when it is asked."""
        from silverner.students.teaching.teachers import load_teacher

        names, schemes = self._teacher_names(config), self.teacher_schemes or ("auto",)
        by_teacher = schemes if len(schemes) > 1 else schemes * len(names)
        return [
            load_teacher(name, corpus.labels, config.label_map, scheme=scheme, device=config.device)
            for name, scheme in zip(names, by_teacher, strict=True)
        ]

    def _teacher_names(self, config: TrainingConfig) -> tuple[str, ...]:
        """Name who is asked; nobody where the corpus has the answers."""
        return self.teachers


@dataclass(frozen=True, kw_only=True)
class NamesText(HasTeachers):
    """A strategy that can learn unlabelled text, which its teachers label."""

    text: Path | None = option(  # noqa: RUF009 - it makes a field
        "--text",
        default=None,
        metavar="FILE",
        convert=Path,
        holds="file",
        help="learn this unlabelled text and not that of --data, which then may be left out: the teachers' labels "
        "are those of the student; for colada, the text of its second step, beside --data; any format, running text is "
        "split into tokens; {lang} stands for the language",
    )

    @property
    def text_file(self) -> Path | None:
        """The unlabelled text."""
        return self.text


@dataclass(frozen=True, kw_only=True)
class ReadsText(NamesText):
    """A strategy that learns only what teachers say, so that the text needs no labels."""

    def check(self) -> None:
        """Refuse unlabelled text that nobody labels."""
        super().check()
        if self.text is not None and not self.teachers and not self.labels_itself:
            raise UsageError(f"--text {self.text}: a teacher must say what the words are; name it with --teacher MODEL")

    @property
    def learns_corpus(self) -> bool:
        """Whether no text takes the place of the corpus."""
        return self.text is None

    def labels_without_corpus(self, config: TrainingConfig) -> tuple[str, ...]:
        """Take the labels of the teachers."""
        from silverner.students.teaching.teachers import teacher_labels

        if self.text is None:
            return super().labels_without_corpus(config)
        return teacher_labels(self._teacher_names(config), config.label_map)

    def training_corpus(self, config: TrainingConfig, corpus: SilverCorpus) -> SilverCorpus:
        """Take the text in place of that of the corpus."""
        from silverner.students.unlabelled_text import read_unlabelled

        if self.text is None:
            return corpus
        rows, empty = read_unlabelled(self.text, config.language)
        return replace(corpus, name=self.text.name, rows=rows, left_out={"empty": empty})


@dataclass(frozen=True, kw_only=True)
class Distils(ReadsText):
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
        super().check()
        if self.max_rounds < 1:
            raise UsageError(f"--rounds {self.max_rounds} cannot be; it must be above 0")


@dataclass(frozen=True, kw_only=True)
class HasNeighbours(Strategy):
    """A strategy that looks at the labels of words that look alike."""

    neighbours: int | None = option(
        "--neighbours",
        default=None,
        metavar="N",
        convert=positive_count,
        help="how many words that look alike are asked for their labels (default: as in the papers, 500, for prototype "
        "300; of 1,000 sentences 20 to 100 tell wrong labels better)",
    )

    def check(self) -> None:
        """Refuse a number below 1."""
        super().check()
        if self.neighbours is not None and self.neighbours < 1:
            raise UsageError(f"--neighbours {self.neighbours} cannot be; it must be above 0")
