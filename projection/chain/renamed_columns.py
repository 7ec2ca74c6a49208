"""Stages with renamed columns, so that one chain can hold several stages of a kind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from silverner.projection.chain.stage import DROP, ROW, Batch, FittingStage, Stage, is_repeatable, release
from silverner.projection.errors import SilvernerError


class RenamedStage:
    """A stage whose columns have other names."""

    def __init__(
        self, stage: Stage, *, name: str, columns: Mapping[str, str], package: Mapping[str, str] | None = None
    ) -> None:
        """Give a stage another name, and its columns too.

        :param stage: The stage.
        :param name: Its name in the chain.
        :param columns: For each of its inputs and outputs the name in the chain.
        :param package: The package that adds the stage and its version, where it is not one of ours.
        """
        self._stage, self.name, self.version = stage, name, stage.version
        self._package = dict(package or {})
        self._inputs = {c: columns[c] for c in stage.inputs}
        self._outputs = {c: columns[c] for c in stage.outputs}
        self.inputs: tuple[str, ...] = tuple(self._inputs.values())
        self.outputs: Mapping[str, pa.DataType] = {self._outputs[c]: kind for c, kind in stage.outputs.items()}

    def settings(self) -> Mapping[str, object]:
        """Return the settings of the stage, its own name, and the package that adds it."""
        return {"stage": self._stage.name, **self._stage.settings(), **self._package}

    def release(self) -> None:
        """Free the memory of the stage."""
        release(self._stage)

    def apply(self, batch: Batch) -> Batch:
        """Apply the stage."""
        output = self._stage.apply(self._inside(batch))
        return {self._outputs.get(column, column): values for column, values in output.items()}

    def _inside(self, batch: Batch) -> Batch:
        inside: dict[str, list[Any]] = {inner: batch[outer] for inner, outer in self._inputs.items()}
        return {**inside, DROP: batch[DROP]} if DROP in batch else inside


class RenamedFittingStage(RenamedStage):
    """A fitting stage whose columns have other names."""

    def __init__(
        self, stage: Any, *, name: str, columns: Mapping[str, str], package: Mapping[str, str] | None = None
    ) -> None:
        """Give a stage another name, see :class:`RenamedStage`."""
        super().__init__(stage, name=name, columns=columns, package=package)
        self._fitting = stage
        self.repeatable = is_repeatable(stage)

    def fit(self, batches: Iterable[Batch], path: Path) -> None:
        """Fit the stage."""
        self._fitting.fit((self._inside(batch) for batch in batches), path)

    def load(self, path: Path) -> None:
        """Let the stage use what it learned."""
        self._fitting.load(path)

    def check_fitted(self, batches: Iterable[Batch]) -> None:
        """Check what the stage learned, if it can."""
        check = getattr(self._fitting, "check_fitted", None)
        if check is not None:
            check(self._inside(batch) for batch in batches)


def signed_stage(stage: Stage, package: Mapping[str, str]) -> Stage:
    """Make the package that adds a stage part of its settings, so that a new version does not use old shards.

    :param stage: The stage.
    :param package: As :meth:`~silverner.projection.registry.Registry.signature` returns it.
    :returns: The stage; one of ours stays as it is.
    """
    if not package or type(stage).__module__.startswith("silverner."):
        return stage
    columns = {column: column for column in (*stage.inputs, *stage.outputs)}
    kind = RenamedFittingStage if isinstance(stage, FittingStage) else RenamedStage
    return kind(stage, name=stage.name, columns=columns, package=package)


def side_by_side(
    groups: Mapping[str, Sequence[Stage]], shared_columns: Iterable[str]
) -> tuple[list[Stage], dict[str, dict[str, str]]]:
    """Put runs of stages into one chain, each with columns of its own; a stage that two runs share runs once.

    :param groups: Runs of stages, each in an order that works, by the name their columns begin with.
    :param shared_columns: Columns of the source, which all runs read.
    :returns: The stages, and for every group the name in the chain of each of its columns.
    """
    stages: list[Stage] = []
    outputs_by_key: dict[str, dict[str, str]] = {}
    names: dict[str, dict[str, str]] = {}
    shared = {**{column: column for column in shared_columns}, ROW: ROW}
    for group, run in groups.items():
        columns = dict(shared)
        for stage in run:
            key = _key(stage, columns)
            outputs = outputs_by_key.get(key) if key else None
            if outputs is None:
                outputs = {column: f"{group}/{column}" for column in stage.outputs}
                kind = RenamedFittingStage if isinstance(stage, FittingStage) else RenamedStage
                stages.append(kind(stage, name=f"{group}.{stage.name}", columns={**columns, **outputs}))
                if key:
                    outputs_by_key[key] = outputs
            columns |= outputs
        names[group] = columns
    return stages, names


def _key(stage: Stage, columns: Mapping[str, str]) -> str | None:
    """Return a key that two stages share when they give the same output; ``None`` where an engine is missing.

    The chain itself reports what is missing.
    """
    try:
        settings = stage.settings()
    except SilvernerError:
        return None
    reads = [columns[c] for c in stage.inputs]
    return json.dumps([type(stage).__name__, stage.name, stage.version, settings, reads, list(stage.outputs)])
