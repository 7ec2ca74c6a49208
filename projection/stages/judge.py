"""Adds the share of entities that a judge calls right."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from silverner.projection.chain.stage import Batch, release
from silverner.projection.llm.judge import Judge
from silverner.projection.spans import Span


class AskJudge:
    """Adds the share of its entities that a judge calls right; null where it gave no usable answer."""

    name = "judge"
    version = 1
    inputs: tuple[str, ...] = ("target.tokens", "projected.entities")
    outputs: Mapping[str, pa.DataType] = {"projected.judged_right": pa.float64()}

    def __init__(self, judge: Judge) -> None:
        """Use a judge."""
        self._judge = judge

    def settings(self) -> Mapping[str, object]:
        """Return the settings of the judge."""
        return self._judge.settings()

    def release(self) -> None:
        """Close the connections of the judge."""
        release(self._judge)

    def apply(self, batch: Batch) -> Batch:
        """Judge every sentence."""
        entities = [[Span(e["start"], e["end"], e["label"]) for e in row] for row in batch["projected.entities"]]
        return {"projected.judged_right": self._judge.judge(batch["target.tokens"], entities)}
