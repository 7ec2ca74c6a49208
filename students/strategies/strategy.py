"""What a strategy declares: name, description, options, and how a student learns by it.

A strategy is a frozen dataclass. Its fields are the options of the command line that it takes, made by
:func:`~silverner.students.strategies.option.option`. Its methods say what the student learns; every method has a
default, so that a strategy writes only what is its own::

    @dataclass(frozen=True, kw_only=True)
    class LongSentences(Strategy):
        name = "long-sentences"
        summary = "the projected labels of sentences with at least `--shortest N` words"
        card_sentence = "It learnt the projected labels of long sentences."
        shortest: int = option("--shortest", default=5, convert=positive_count, metavar="N", help="fewest words")

        def training_corpus(self, config, corpus):
            return replace(corpus, rows=[row for row in corpus.rows if len(row.tokens) >= self.shortest])

A strategy that needs more than the logits of words for its loss makes an
:class:`~silverner.students.training.objective.Objective` (hidden states, a second pass, the source sentence, averages
over steps). One is made for every training::

    class SquaredLogits(Objective):
        def columns(self, row, window):  # of one example: read from its sentence, once
            return {"words_of_source": len(row.source_tokens)}

        def tensors(self, examples, pad):  # of one batch, from those columns
            return {"words_of_source": torch.tensor([one["words_of_source"] for one in examples])}

        def loss(self, model, batch):  # model.training says whether it learns, or is measured on held-out rows
            output = run(model, batch, output_hidden_states=True)
            logits = word_logits(output.logits, batch)  # also: word_logits(output.hidden_states[-1], batch)
            return self.loss_of_words(logits, batch) + 0.1 * logits.square().mean()

        def state(self):  # what lives over steps lies in every checkpoint, so that a killed run goes on as it was
            return {}

        def restore(self, state): ...

    class Small(Hard):
        def objective(self, config, corpus, encoding):
            return SquaredLogits(self, config.training)

The table in :mod:`silverner.students.strategies` names the class. A package of others names it in its
``pyproject.toml`` instead, and its name and version go into the results and the card of the student::

    [project.entry-points."silverner.strategies"]
    long-sentences = "my_package:LongSentences"

The command line imports this file and every strategy for its help, so none imports numpy, torch or the like at its top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from silverner.projection.errors import UsageError
from silverner.students.strategies.option import TakesOptions

if TYPE_CHECKING:
    from silverner.students.corpus import SilverCorpus
    from silverner.students.targets import Target
    from silverner.students.training.encoding import Encoding
    from silverner.students.training.objective import Objective
    from silverner.students.training_config import TrainerSettings, TrainingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedModel:
    """A student whose weights are final.

    :param folder: Where model and tokenizer lie.
    :param facts: What ``results.json`` says of the training: at least ``sentences``, ``fresh`` and ``course``.
    """

    folder: Path
    facts: dict[str, Any]


class TrainOnce(Protocol):
    """Trains a student on a corpus, by the loss of the strategy."""

    def __call__(
        self,
        corpus: SilverCorpus,
        folder: Path,
        /,
        *,
        model: str | None = None,
        targets: Sequence[Target] | None = None,
    ) -> TrainedModel:
        """Train a student.

        :param corpus: What it learns from.
        :param folder: Where checkpoints lie.
        :param model: What it begins as; that of the config if left out.
        :param targets: One a row; those of the strategy if left out.
        """


@dataclass(frozen=True, kw_only=True)
class Strategy(TakesOptions):
    """What a student learns from. By default: the projected labels, all words alike, in one training."""

    name: ClassVar[str]
    """Its name on the command line."""
    summary: ClassVar[str]
    """What the student learns, in one line for help and README."""
    card_sentence: ClassVar[str]
    """How the student learnt, in one sentence for its card."""

    @property
    def is_trained(self) -> bool:
        """Whether the student learns text of the target language."""
        return True

    @property
    def text_file(self) -> Path | None:
        """The unlabelled text that the student learns."""
        return None

    @property
    def learns_corpus(self) -> bool:
        """Whether the student learns the text of the corpus."""
        return self.is_trained

    def preflight(self, config: TrainingConfig, corpus: SilverCorpus) -> None:
        """Look at everything that only this strategy reads, before a long training begins.

        :param config: What is to be trained.
        :param corpus: The projected corpus.
        :raises SilvernerError: when a model, file or column is missing or broken.
        """

    def labels_without_corpus(self, config: TrainingConfig) -> tuple[str, ...]:
        """Say what the labels are where there is no corpus to name them.

        :param config: What is to be trained.
        :returns: The labels.
        :raises UsageError: when the strategy learns from a corpus.
        """
        raise UsageError(f"the strategy {self.name} learns from a corpus: give --data")

    def training_corpus(self, config: TrainingConfig, corpus: SilverCorpus) -> SilverCorpus:
        """Choose the sentences to learn from.

        :param config: What is to be trained.
        :param corpus: The projected corpus.
        :returns: The corpus to learn from.
        :raises SilvernerError: when it cannot be read.
        """
        return corpus

    def targets(self, config: TrainingConfig, corpus: SilverCorpus) -> list[Target]:
        """Say what the student learns of every word.

        :param config: What is to be trained.
        :param corpus: The corpus to learn from.
        :returns: One target a row.
        :raises SilvernerError: when a teacher is missing or cannot be used.
        """
        from silverner.students.targets import tag_target

        return [tag_target(corpus.tag_numbers(row)) for row in corpus.rows]

    def loss(self, logits: Any, batch: Mapping[str, Any], settings: TrainerSettings) -> Any:
        """Measure how far the student is from its targets.

        :param logits: Those of the words of a batch, float tensor of shape (words, tags).
        :param batch: Tensors ``tags``, ``weights``, ``tag_share`` and ``teacher_share`` of shape (words,), and
            ``teacher_probabilities`` of shape (words, tags): the fields of
            :class:`~silverner.students.targets.Target`.
        :param settings: How the student is trained.
        :returns: A scalar tensor.
        """
        from silverner.students.training.losses import mixed_loss

        return mixed_loss(logits, **batch, distance=settings.distance, temperature=settings.temperature)

    def objective(self, config: TrainingConfig, corpus: SilverCorpus, encoding: Encoding) -> Objective:
        """Make what one training minimises; by default :meth:`loss`, of the logits of words.

        :param config: What is to be trained.
        :param corpus: The corpus to learn from.
        :param encoding: Cuts sentences into the student's subwords.
        :returns: The objective; no other training has it.
        """
        from silverner.students.training.objective import Objective

        return Objective(self, config.training)

    def train(self, config: TrainingConfig, corpus: SilverCorpus, folder: Path, train_once: TrainOnce) -> TrainedModel:
        """Train the student.

        :param config: What is to be trained.
        :param corpus: The corpus to learn from.
        :param folder: For checkpoints; a run that was killed finds there what it has written.
        :param train_once: Trains one student.
        :returns: The student.
        :raises SilvernerError: when a model cannot be used, or the disk is full.
        """
        return train_once(corpus, folder)

    def card_facts(self, results: Mapping[str, Any]) -> dict[str, str]:
        """Return lines of the card's table that only this strategy has.

        :param results: What ``results.json`` holds.
        :returns: Names and values.
        """
        return {}
