"""What is to be trained: everything that decides a student, and nothing else. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from silverner.projection.errors import UsageError, nearest
from silverner.projection.spans import Scheme
from silverner.students.strategies.strategy import Strategy

if TYPE_CHECKING:
    from silverner.projection.files.reading import Reading
    from silverner.students.adapt.student_adaptation import StudentAdaptation

Distance = Literal["mse", "kl"]
DISTANCES: tuple[Distance, ...] = ("mse", "kl")
TrainingPrecision = Literal["float32", "bfloat16"]
TRAINING_PRECISIONS: tuple[TrainingPrecision, ...] = ("float32", "bfloat16")
HIGHEST_RATE = 1.0
"""A higher learning rate is a slip of the pen: Adam would move every weight by more than any weight is."""


def refuse_held_out(share: float, what: str) -> None:
    """Refuse a share of held-out sentences that leaves too little to learn.

    :param share: The share.
    :param what: What it is a share of, for the message.
    :raises UsageError: when it is not above 0 and at most a half.
    """
    if not 0 < share <= 0.5:
        raise UsageError(
            f"--held-out {share:g} cannot be; it is a share of the {what} above 0 and up to 0.5, such as 0.1"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningSettings:
    """How a model learns, whatever it learns.

    :param epochs: Passes over the data.
    :param rate: Highest learning rate; it rises over the first tenth of all steps and then falls to 0.
    :param batch: Sentences (or windows) a step.
    :param at_once: Sentences that are in memory at once; a step adds up the gradients of several such groups, each of
        which weighs the same. ``None``: the whole batch. If they do not fit into a GPU's memory, training goes on
        with half of them.
    :param precision: In which numbers the model computes; its weights stay float32.
    :param recompute: Compute activations a second time in the backward pass instead of keeping them: less memory, a
        third more time.
    :param patience: Stop after this many measurements of the held-out loss without a better one.
    :param freeze: How many of the lowest layers stay as they are, with the embeddings; 0 is none.
    :param seed: Seed of new weights, the order of sentences, and dropout.
    """

    epochs: float = 3.0
    rate: float = 5e-5
    batch: int = 32
    at_once: int | None = None
    precision: TrainingPrecision = "float32"
    recompute: bool = False
    patience: int = 4
    freeze: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be.

        :raises UsageError: naming the option and what is allowed.
        """
        if self.precision not in TRAINING_PRECISIONS:
            raise UsageError(
                f"--precision {self.precision!r} is unknown; {nearest(str(self.precision), TRAINING_PRECISIONS)}"
            )
        if self.at_once is not None and (self.at_once < 1 or self.batch % self.at_once):
            raise UsageError(
                f"--at-once {self.at_once} does not divide --batch {self.batch}; a step adds up whole groups"
            )
        for flag, value in self._positive().items():
            if not 0 < value < float("inf"):
                raise UsageError(f"{flag} {value:g} cannot be; it must be above 0")
        for flag, rate in self._rates().items():
            if rate > HIGHEST_RATE:
                raise UsageError(
                    f"{flag} {rate:g} cannot be; a learning rate is at most {HIGHEST_RATE:g}, and mostly about 1e-4"
                )
        for flag, number in (("--seed", self.seed), ("--freeze", self.freeze)):
            if number < 0:
                raise UsageError(f"{flag} {number} cannot be; it must be a whole number from 0")

    def _positive(self) -> dict[str, float]:
        """Return the options that must be above 0."""
        return self._rates() | {"--epochs": self.epochs, "--batch": self.batch, "--patience": self.patience}

    def _rates(self) -> dict[str, float]:
        """Return the options that are learning rates."""
        return {"--rate": self.rate}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainerSettings(LearningSettings):
    """How a student is trained; its held-out loss is measured twice an epoch.

    :param distance: How a student is compared with its teacher.
    :param temperature: For ``kl``.
    """

    distance: Distance = "mse"
    temperature: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        :raises UsageError: naming the option and what is allowed.
        """
        if self.distance not in DISTANCES:
            raise UsageError(f"--loss {self.distance!r} is unknown; {nearest(str(self.distance), DISTANCES)}")
        LearningSettings.__post_init__(self)

    def _positive(self) -> dict[str, float]:
        return LearningSettings._positive(self) | {"--temperature": self.temperature}


PRESETS: Mapping[str, TrainerSettings] = {
    "ts2020": TrainerSettings(rate=1e-4, epochs=3, batch=32, freeze=3, distance="mse"),
    "ts2020-teacher": TrainerSettings(rate=5e-5, epochs=3, batch=32, freeze=3),
    "colada": TrainerSettings(rate=2e-5, epochs=10, batch=32, freeze=3),
    "conner": TrainerSettings(epochs=10, batch=16),
}
"""Settings of papers by name: student and teacher of arXiv 2004.12440, CoLaDa (Ma et al. 2023, ACL), and ConNER (Zhou
et al. 2022, EMNLP), with our learning rate. The papers train all epochs and cut sentences at 128 subwords; here the
weights with the lowest held-out loss are kept, and nothing is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """One student.

    :param strategy: What it learns from, with the options of that strategy.
    :param model: What it begins as: a tagger or an encoder, a folder or an id on the Hub.
    :param data: The corpus: a folder, an id on the Hub, or a labelled file; ``None`` where the strategy needs none.
    :param source: Labelled text of the source language to learn beside the corpus; ``transfer`` learns it alone.
    :param language: The configuration of the corpus.
    :param split: The split of the corpus.
    :param test: Gold to measure with.
    :param dev: Gold to measure with during development; it decides when to stop only with ``dev_is_gold``.
    :param dev_is_gold: Stop by ``dev``, which breaks the promise that no gold of the target language is used.
    :param label_map: Other names for labels of labelled files and teachers; ``None`` or ``O`` drops one.
    :param format: The format of labelled files; ``auto`` finds it from each file.
    :param scheme: The scheme of their tags; ``auto`` finds it from all tags of a file.
    :param without_flags: A row with one of these flags is not learnt.
    :param limit: Most rows of the corpus to learn from; for ``transfer``, of ``source``.
    :param overlap: What becomes of rows that the gold holds too: ``leave-out`` or ``keep``.
    :param held_out: Share of rows that are held out, to stop by.
    :param adaptation: How the model is adapted to the language before; ``None`` leaves it as it is.
    :param device: ``auto``, ``cpu`` or ``cuda``; decides nothing but speed.
    :param answers: Folder that keeps what models answered; decides nothing but speed.
    :param training: How it is trained.
    """

    strategy: Strategy
    model: str
    data: str | None
    language: str
    source: Path | None = None
    split: str = "train"
    test: Path | None = None
    dev: Path | None = None
    dev_is_gold: bool = False
    label_map: Mapping[str, str | None] = field(default_factory=dict)
    format: str = "auto"
    scheme: Scheme = "auto"
    without_flags: tuple[str, ...] = ()
    limit: int | None = None
    overlap: Literal["leave-out", "keep"] = "leave-out"
    held_out: float = 0.1
    adaptation: StudentAdaptation | None = None
    device: Literal["auto", "cpu", "cuda"] = "auto"
    answers: Path | None = None
    training: TrainerSettings = field(default_factory=TrainerSettings)

    @property
    def is_trained(self) -> bool:
        """Whether the student is trained at all; without training a seed changes nothing."""
        return self.strategy.is_trained or self.source is not None

    @property
    def without_gold(self) -> TrainingConfig:
        """The same student, without the gold that chooses nothing: all that a strategy and its training may know."""
        return replace(self, test=None, dev=self.dev if self.dev_is_gold else None)

    @property
    def reading(self) -> Reading:
        """How labelled files are read."""
        from silverner.projection.files.reading import Reading

        return Reading(format=self.format, scheme=self.scheme, label_map=self.label_map)

    def __post_init__(self) -> None:
        """Refuse what does not fit.

        :raises UsageError: naming the option and what is allowed.
        """
        if self.dev_is_gold and self.dev is None:
            raise UsageError("--dev-is-gold says what --dev FILE is; give --dev too")
        refuse_held_out(self.held_out, "corpus")
