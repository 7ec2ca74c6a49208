"""A stage under other names, so that one chain can hold several of a kind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from silverner.projection.chain.stage import DROP, ROW, Batch, FittingStage, Stage, release
from silverner.projection.errors import SilvernerError


class Renamed:
    """A stage whose columns go by other names."""

    def __init__(self, stage: Stage, *, name: str, columns: Mapping[str, str]) -> None:
        """Give a stage another name, and its columns too.

        :param stage: The stage.
        :param name: Its name in the chain.
        :param columns: For each of its inputs and outputs the name in the chain.
        """
        self._stage, self.name, self.version = stage, name, stage.version
        self._inputs = {c: columns[c] for c in stage.inputs}
        self._outputs = {c: columns[c] for c in stage.outputs}
        self.inputs: tuple[str, ...] = tuple(self._inputs.values())
        self.outputs: Mapping[str, pa.DataType] = {self._outputs[c]: kind for c, kind in stage.outputs.items()}

    def settings(self) -> Mapping[str, object]:
        """Return those of the stage, and its own name."""
        return {"stage": self._stage.name, **self._stage.settings()}

    def release(self) -> None:
        """Let the stage put down what it holds."""
        release(self._stage)

    def apply(self, batch: Batch) -> Batch:
        """Apply the stage."""
        output = self._stage.apply(self._inside(batch))
        return {self._outputs.get(column, column): values for column, values in output.items()}

    def _inside(self, batch: Batch) -> Batch:
        inside: dict[str, list[Any]] = {own: batch[outer] for own, outer in self._inputs.items()}
        return {**inside, DROP: batch[DROP]} if DROP in batch else inside


class RenamedFitting(Renamed):
    """The same for a stage that must see the whole corpus first."""

    def __init__(self, stage: Any, *, name: str, columns: Mapping[str, str]) -> None:
        """Give a stage another name, see :class:`Renamed`."""
        super().__init__(stage, name=name, columns=columns)
        self._fitting = stage
        self.repeatable = bool(getattr(stage, "repeatable", False))

    def fit(self, batches: Iterable[Batch], path: Path) -> None:
        """Let the stage learn."""
        self._fitting.fit((self._inside(batch) for batch in batches), path)

    def load(self, path: Path) -> None:
        """Let the stage take what it learnt."""
        self._fitting.load(path)


def side_by_side(
    groups: Mapping[str, Sequence[Stage]], given: Iterable[str]
) -> tuple[list[Stage], dict[str, dict[str, str]]]:
    """Put runs of stages into one chain, each with columns of its own, and none doing what another has done.

    :param groups: Runs of stages, each in an order that works, by the name their columns begin with.
    :param given: Columns all of them share.
    :returns: The stages, and for every group the name in the chain of each of its columns.
    """
    stages: list[Stage] = []
    done: dict[str, dict[str, str]] = {}
    names: dict[str, dict[str, str]] = {}
    shared = {**{column: column for column in given}, ROW: ROW}
    for group, run in groups.items():
        columns = dict(shared)
        for stage in run:
            key = _key(stage, columns)
            outputs = done.get(key) if key else None
            if outputs is None:
                outputs = {column: f"{group}/{column}" for column in stage.outputs}
                kind = RenamedFitting if isinstance(stage, FittingStage) else Renamed
                stages.append(kind(stage, name=f"{group}.{stage.name}", columns={**columns, **outputs}))
                if key:
                    done[key] = outputs
            columns |= outputs
        names[group] = columns
    return stages, names


def _key(stage: Stage, columns: Mapping[str, str]) -> str | None:
    """Say what a stage does and to what; nothing where an engine is missing: the chain's own check says that."""
    try:
        settings = stage.settings()
    except SilvernerError:
        return None
    reads = [columns[c] for c in stage.inputs]
    return json.dumps([type(stage).__name__, stage.name, stage.version, settings, reads, list(stage.outputs)])
