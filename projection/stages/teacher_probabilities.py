"""What teachers say of the target text itself, for students to learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from silverner.projection.chain.stage import Batch, release
from silverner.projection.stages.columns import DISTRIBUTION


class Teacher(Protocol):
    """Says how probable every tag of the corpus is."""

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides what it says."""

    def probabilities(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """Return one matrix of shape (tokens, tags) a sentence."""


class TeacherProbabilities:
    """The mean of what teachers say of every word of the target, as float16."""

    name = "teacher-probabilities"
    version = 1
    inputs: tuple[str, ...] = ("target.tokens",)
    outputs: Mapping[str, pa.DataType] = {"target.teacher_probabilities": DISTRIBUTION}

    def __init__(self, teachers: Sequence[Teacher]) -> None:
        """Use these teachers, one or more."""
        self._teachers = list(teachers)

    def settings(self) -> Mapping[str, object]:
        """Return the settings of every teacher."""
        return {"teachers": [dict(teacher.settings()) for teacher in self._teachers]}

    def release(self) -> None:
        """Let the teachers' models go."""
        for teacher in self._teachers:
            release(teacher)

    def apply(self, batch: Batch) -> Batch:
        """Ask about a batch, one teacher after the other."""
        sentences = batch["target.tokens"]
        said = [teacher.probabilities(sentences) for teacher in self._teachers]
        means = [
            np.stack(of_one).mean(axis=0, dtype=np.float64).astype(np.float16) for of_one in zip(*said, strict=True)
        ]
        return {"target.teacher_probabilities": [list(mean) for mean in means]}
