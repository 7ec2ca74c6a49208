"""Adds the probabilities of tags that teachers give the target text; students learn from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from silverner.projection.chain.stage import Batch, release
from silverner.projection.labelling.labeller import Teacher
from silverner.projection.stages.columns import DISTRIBUTION


class TeacherProbabilities:
    """Adds the mean of the teachers' probabilities for every target token, as float16."""

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
        """Free the memory of the teachers' models."""
        for teacher in self._teachers:
            release(teacher)

    def apply(self, batch: Batch) -> Batch:
        """Run the teachers on a batch, one after the other."""
        sentences = batch["target.tokens"]
        by_teacher = [teacher.probabilities(sentences) for teacher in self._teachers]
        means = [np.stack(sentence).mean(axis=0, dtype=np.float64) for sentence in zip(*by_teacher, strict=True)]
        return {"target.teacher_probabilities": [list(mean.astype(np.float16)) for mean in means]}
