"""What is to be trained: everything that decides a student, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from silverner.projection.errors import UsageError, nearest
from silverner.students.settings import (
    DISTANCES,
    SIMILARITIES,
    STRATEGIES,
    WEIGHTS,
    Similarity,
    Strategy,
    Training,
    Weights,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """One student.

    :param strategy: What it learns from (:data:`STRATEGIES`).
    :param model: What it begins as: a tagger or an encoder, a folder or an id on the Hub.
    :param data: The corpus: a folder, an id on the Hub, or a labelled file.
    :param language: Its configuration.
    :param split: Its split.
    :param teachers: Taggers of the same kind as ``model``; none means the distributions in the corpus.
    :param teacher_texts: For ``multi`` with similarity: text of every teacher's language.
    :param similarity: How much ``multi`` listens to each teacher.
    :param source: For ``transfer``: labelled text of the source language to learn from.
    :param test: Gold to measure with.
    :param dev: Gold to measure with while developing; what a student is chosen by only if ``dev_is_gold``.
    :param dev_is_gold: Choose by ``dev``, which breaks the promise that no gold of the target language is used.
    :param renamed: Other names for labels of gold files and teachers; ``None`` or ``O`` drops one.
    :param without: Flags that keep a row from being learnt.
    :param limit: Most rows to learn from.
    :param weights: How sure projections are weighs on words (``token``), whole sentences, or not at all.
    :param held_out: Share of rows held back to stop by.
    :param rounds: Most rounds of ``loop``.
    :param device: ``auto``, ``cpu`` or ``cuda``; decides nothing but speed.
    :param training: How it is trained.
    """

    strategy: Strategy
    model: str
    data: str
    language: str
    split: str = "train"
    teachers: tuple[str, ...] = ()
    teacher_texts: tuple[Path, ...] = ()
    similarity: Similarity = "avg"
    source: Path | None = None
    test: Path | None = None
    dev: Path | None = None
    dev_is_gold: bool = False
    renamed: Mapping[str, str | None] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    limit: int | None = None
    weights: Weights = "none"
    held_out: float = 0.1
    rounds: int = 3
    device: Literal["auto", "cpu", "cuda"] = "auto"
    training: Training = field(default_factory=Training)

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        :raises UsageError: naming the option and what is allowed.
        """
        for option, value, allowed in (
            ("strategy", self.strategy, STRATEGIES),
            ("--weights", self.weights, WEIGHTS),
            ("--similarity", self.similarity, SIMILARITIES),
            ("--loss", self.training.distance, DISTANCES),
        ):
            if value not in allowed:
                raise UsageError(f"{option} {value!r} is unknown; {nearest(str(value), allowed)}")
        if self.strategy == "multi" and len(self.teachers) < 2:
            raise UsageError(f"the strategy multi needs two teachers or more: --teacher MODEL, given {self.teachers}")
        if self.similarity != "avg" and len(self.teacher_texts) != len(self.teachers):
            raise UsageError(
                f"--similarity {self.similarity} needs text of every teacher's language: {len(self.teachers)} teachers "
                f"and {len(self.teacher_texts)} --teacher-text; give one for each, in the same order"
            )
        if self.dev_is_gold and self.dev is None:
            raise UsageError("--dev-is-gold says what --dev FILE is; give --dev too")
        if not 0 < self.held_out < 1:
            raise UsageError(
                f"--held-out {self.held_out} is no share of the corpus; allowed: between 0 and 1, such as 0.1"
            )
        self._check_training()

    def _check_training(self) -> None:
        positive = {
            "--epochs": self.training.epochs,
            "--rate": self.training.rate,
            "--batch": self.training.batch,
            "--patience": self.training.patience,
            "--temperature": self.training.temperature,
            "--rounds": self.rounds,
        }
        for option, value in positive.items():
            if not 0 < value < float("inf"):
                raise UsageError(f"{option} {value:g} cannot be; it must be above 0")
        if self.training.seed < 0 or self.training.freeze < 0:
            raise UsageError("--seed and --freeze are whole numbers from 0")
