"""What a training minimises: the loss of a batch, the tensors it reads, and what it remembers from step to step.

``torch`` is imported only when it is needed, so tensors are ``Any`` here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from silverner.students.training.examples import OF_WORDS, collate_batch

if TYPE_CHECKING:
    from silverner.students.corpus import Row
    from silverner.students.strategies.strategy import Strategy
    from silverner.students.training.encoding import Window
    from silverner.students.training_config import TrainerSettings


class BatchLoss:
    """What a training minimises, whatever a model learns.

    One is made for every training, so it can keep tensors from step to step; those in :meth:`state` lie in every
    checkpoint. While ``model.training`` is false the held-out loss is measured: then it changes nothing that it keeps.
    """

    measurements: ClassVar[int] = 2
    """How often the held-out loss is measured in an epoch."""
    measures_beginning: ClassVar[bool] = False
    """Whether it is measured before the first step too."""

    def example(self, row: dict[str, Any], index: int, epoch: int | None) -> dict[str, Any]:
        """Make an example as the model shall read it this time.

        :param row: The example.
        :param index: Its number among all that are learnt, or held out.
        :param epoch: The epoch, from 0; ``None`` for one that is held out.
        :returns: The example itself, unless it differs from epoch to epoch.
        """
        return row

    def collate(self, examples: Sequence[dict[str, Any]], pad: int) -> dict[str, Any]:
        """Make the tensors of a batch; the model's device gets them.

        :param examples: The examples.
        :param pad: The id to pad with.
        :returns: At least ``input_ids`` and ``attention_mask``.
        """
        raise NotImplementedError

    def loss(self, model: Any, batch: Mapping[str, Any]) -> Any:
        """Run the model, and measure how far it is from what it shall say.

        :param model: The model.
        :param batch: The tensors of a batch.
        :returns: A scalar tensor.
        """
        raise NotImplementedError

    def optimiser(self, model: Any) -> Any:
        """Make an optimiser whose parameters have several learning rates.

        :param model: The model.
        :returns: The optimiser; ``None`` for AdamW with one rate, which ``Trainer`` makes.
        """
        return None

    def state(self) -> dict[str, Any]:
        """Return the tensors that a training which goes on from a checkpoint must have again."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take the tensors of a checkpoint.

        :param state: What :meth:`state` returned; on the CPU.
        """


class Objective(BatchLoss):
    """The loss of a strategy that needs no more than the logits of words; the base of the others."""

    def __init__(self, strategy: Strategy, settings: TrainerSettings) -> None:
        """Minimise the loss of a strategy.

        :param strategy: What the student learns by.
        :param settings: How it is trained.
        """
        self.strategy, self.settings = strategy, settings

    def columns(self, row: Row, window: Window) -> dict[str, Any]:
        """Say what an example needs beside its ids and targets. It is asked once for each, in the order of the rows.

        :param row: The sentence, of the corpus or of gold.
        :param window: The part of it that the example is.
        :returns: Names and values; those of an example of the trainer are taken.
        """
        return {}

    def tensors(self, examples: Sequence[Mapping[str, Any]], pad: int) -> dict[str, Any]:
        """Collate what :meth:`columns` added; the model's device gets the tensors.

        :param examples: The examples of a batch.
        :param pad: The id to pad with.
        :returns: Tensors beside those of every batch: ``input_ids``, ``attention_mask``, ``positions`` and
            :data:`OF_WORDS`.
        """
        return {}

    def collate(self, examples: Sequence[dict[str, Any]], pad: int) -> dict[str, Any]:
        """Make the tensors of a batch: those of every student, and those of :meth:`tensors`."""
        return collate_batch(examples, pad) | self.tensors(examples, pad)

    def loss(self, model: Any, batch: Mapping[str, Any]) -> Any:
        """Run the student, and measure how far it is from its targets.

        :param model: The student.
        :param batch: The tensors of a batch.
        :returns: A scalar tensor.
        """
        return self.loss_of_words(word_logits(run(model, batch).logits, batch), batch)

    def loss_of_words(self, logits: Any, batch: Mapping[str, Any]) -> Any:
        """Measure the loss of the strategy.

        :param logits: Those of the words, shape (words, tags).
        :param batch: The tensors of a batch.
        :returns: A scalar tensor.
        """
        return self.strategy.loss(logits, {name: batch[name] for name in OF_WORDS}, self.settings)


def run(model: Any, batch: Mapping[str, Any], **more: Any) -> Any:
    """Run the student on a batch; every pass of a model in training draws its own dropout.

    :param model: The student.
    :param batch: The tensors of a batch.
    :param more: For the model, such as ``output_hidden_states=True``.
    :returns: What the model returns.
    """
    return model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], **more)


def word_logits(logits: Any, batch: Mapping[str, Any]) -> Any:
    """Take what belongs to the first subwords of the words that are learnt; hidden states can be taken too.

    :param logits: Shape (sentences, subwords, anything).
    :param batch: The tensors of a batch.
    :returns: Shape (words, anything).
    """
    return logits.flatten(0, 1)[batch["positions"]].float()
