"""Stages for the tests of the chain; in a module of their own, so that another process can import them."""

from __future__ import annotations

import logging
import os
import signal
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from silverner.projection.chain import DROP, Chain, ShardStore
from silverner.projection.chain.executors import Executor, InProcess
from silverner.projection.chain.loaded_models import load_once, model_of
from silverner.projection.chain.processes import ProcessPool
from silverner.projection.spans import TagError


class Numbers:
    """The numbers from 0, every ``drop_every``-th with a reason to drop it."""

    version = 1

    def __init__(self, count: int, *, seed: int = 0, name: str = "source", drop_every: int = 0) -> None:
        self.name, self._count, self._seed, self._drop_every = name, count, seed, drop_every
        self.outputs: Mapping[str, pa.DataType] = {"row": pa.int64(), "n": pa.int64()}
        self.read = 0

    def settings(self) -> Mapping[str, object]:
        return {"count": self._count, "seed": self._seed, "drop_every": self._drop_every}

    def rows(self) -> Iterator[Mapping[str, Any]]:
        self.read += 1
        for n in range(self._count):
            row = {"row": n, "n": n + self._seed}
            yield {**row, DROP: "at-source"} if self._drop_every and n % self._drop_every == 0 else row


class Add:
    """Adds an amount to a column; remembers what it saw; fails at a value, or changes the length of its answer."""

    version = 1

    def __init__(
        self,
        name: str,
        inputs: tuple[str, ...],
        output: str,
        amount: int = 1,
        *,
        drop: int = 0,
        fail_at: int | None = None,
        surplus: int = 0,
        error: Exception | None = None,
        sleep: tuple[int, Path] | None = None,
        die_at: int | None = None,
    ) -> None:
        self.name, self.inputs = name, inputs
        self.outputs: Mapping[str, pa.DataType] = {output: pa.int64()}
        self._output, self._amount, self._drop = output, amount, drop
        self._fail_at, self._surplus, self._sleep, self._die_at = fail_at, surplus, sleep, die_at
        self._error = error or ValueError("the stage failed on purpose")
        self.calls: list[int] = []
        self.seen: list[int] = []

    def settings(self) -> Mapping[str, object]:
        return {"amount": self._amount, "drop": self._drop}

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        assert set(batch) == set(self.inputs)
        first = batch[self.inputs[0]]
        self.calls.append(len(first))
        self.seen += first
        if self._fail_at in first:
            raise self._error
        if self._die_at in first:
            os._exit(7)
        if self._sleep and self._sleep[0] in first:
            self._sleep[1].touch()
            time.sleep(60)
        added = [sum(values) + self._amount for values in zip(*(batch[name] for name in self.inputs), strict=True)]
        result: dict[str, list[Any]] = {self._output: added + [0] * self._surplus}
        if self._drop:
            result[DROP] = [self.name if n % self._drop == 0 else None for n in first]
        return result


class Grumble:
    """Logs the first number of every shard."""

    name = "grumble"
    version = 1
    inputs: tuple[str, ...] = ("n",)
    outputs: Mapping[str, pa.DataType] = {}

    def settings(self) -> Mapping[str, object]:
        return {}

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        logging.getLogger("silverner").warning("%d sits badly", batch["n"][0])
        return {}


class Silent(Add):
    """Forgets its column."""

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        return {}


class Total:
    """Learns the sum of a column and adds it; ``salt`` makes another artefact from the same settings."""

    version = 1

    def __init__(
        self,
        name: str = "total",
        inputs: tuple[str, ...] = ("b",),
        output: str = "t",
        *,
        salt: str = "",
        fails: Any = None,
    ) -> None:
        self.name, self.inputs, self._output, self._salt, self._fails = name, inputs, output, salt, fails
        self.outputs: Mapping[str, pa.DataType] = {output: pa.int64()}
        self.fitted: list[dict[str, list[Any]]] = []
        self.calls: list[int] = []
        self._total: int | None = None

    def settings(self) -> Mapping[str, object]:
        return {}

    def fit(self, batches: Iterable[dict[str, list[Any]]], path: Path) -> None:
        self.fitted = list(batches)
        if self._fails is not None:
            path.write_text("half")
            raise self._fails
        total = sum(n for batch in self.fitted for n in batch[self.inputs[0]] if n is not None)
        path.write_text(f"{total} {self._salt}")

    def load(self, path: Path) -> None:
        self._total = int(path.read_text().split()[0])

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        assert self._total is not None
        self.calls.append(len(batch[self.inputs[0]]))
        return {self._output: [n + self._total for n in batch[self.inputs[0]]]}


def meet(folder: Path, what: str, processes: int) -> None:
    """Leave a note that this process is at work, and wait until as many are as shall be."""
    (folder / f"{what}-{os.getpid()}").touch()
    end = time.monotonic() + 20
    while len(list(folder.glob(f"{what}-*"))) < processes and time.monotonic() < end:
        time.sleep(0.02)


class CountedTotal(Total):
    """Learns the same sum from the sums of the shards; the processes that count wait for each other."""

    def __init__(self, folder: Path, *, processes: int = 1) -> None:
        super().__init__("total", ("a",), "t")
        self._folder, self._processes = folder, processes

    def fit(self, batches: Iterable[dict[str, list[Any]]], path: Path) -> None:
        self.merge(map(self.count, batches), path)

    def count(self, batch: dict[str, list[Any]]) -> pa.Table:
        meet(self._folder, "counted", self._processes)
        return pa.table({"sum": [sum(n for n in batch["a"] if n is not None)]})

    def merge(self, counts: Iterable[pa.Table], path: Path) -> None:
        path.write_text(f"{sum(table['sum'][0].as_py() for table in counts)} ")


class Deadly(Add):
    """Kills its process when it sees a number, as often as it is told to; a file counts how often it did."""

    def __init__(self, number: int, folder: Path, *, times: int) -> None:
        super().__init__("a", ("n",), "a")
        self._number, self._folder, self._times = number, folder, times

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        deaths = len(list(self._folder.glob("death-*")))
        if self._number in batch["n"] and deaths < self._times:
            (self._folder / f"death-{deaths}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().apply(batch)


class Noted(Deadly):
    """Leaves a note of every shard that it has made, and needs a moment for each."""

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        output = super().apply(batch)
        time.sleep(0.1)
        (self._folder / f"made-{batch['n'][0]}-{os.getpid()}").touch()
        return output


class NotedTotal(Total):
    """Leaves a note when it was fitted, which needs a moment."""

    def __init__(self, folder: Path) -> None:
        super().__init__("total", ("a",), "t")
        self._folder = folder

    def fit(self, batches: Iterable[dict[str, list[Any]]], path: Path) -> None:
        super().fit(batches, path)
        time.sleep(0.3)
        (self._folder / f"fitted-{os.getpid()}").touch()


class Slow(Add):
    """Needs a moment for every shard, and leaves the number of its process; the processes can wait for each other."""

    def __init__(self, folder: Path, *, processes: int = 1) -> None:
        super().__init__("a", ("n",), "a")
        self._folder, self._processes = folder, processes

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        meet(self._folder, "process", self._processes)
        time.sleep(0.1)
        return super().apply(batch)


class Weights:
    """What a model of a test has in memory."""


class NeedsModel(Add):
    """Loads a model when it is applied, as engines do."""

    def __init__(self, name: str, inputs: tuple[str, ...], output: str, model: str) -> None:
        super().__init__(name, inputs, output)
        self._model, self._weights = model, None

    def settings(self) -> Mapping[str, object]:
        return {"engine": "test", "model": self._model, "precision": "float32"}

    def release(self) -> None:
        self._weights = None

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        self._weights = load_once(model_of("test", self._model), "cpu", self._load, name=f"the model {self._model}")
        return super().apply(batch)

    def _load(self) -> Weights:
        weights = Weights()
        EVENTS.append(f"load {self._model}")
        weakref.finalize(weights, EVENTS.append, f"free {self._model}")
        return weights


class SlowModel(NeedsModel):
    """Needs a model and a moment for every shard, and leaves the number of its process."""

    def __init__(self, folder: Path) -> None:
        super().__init__("t", ("a",), "t", "translator")
        self._folder = folder

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        (self._folder / f"model-{os.getpid()}").touch()
        time.sleep(0.1)
        return super().apply(batch)


EVENTS: list[str] = []
"""What models of this process were loaded and freed."""


def tag_error() -> TagError:
    return TagError("a tag breaks its scheme", 3)


def executor_of(workers: int) -> Executor:
    return ProcessPool(workers) if workers > 1 else InProcess()


def run_chain(chain: Chain, *, workers: int = 1) -> Chain:
    with executor_of(workers) as executor:
        chain.run(executor)
    return chain


def sleepy_chain(root: Path, marker: Path | None = None) -> Chain:
    """A chain of four shards, whose middle stage sleeps in its third shard if told where to leave a sign of it."""
    stages = [
        Add("a", ("n",), "a", 1),
        Add("b", ("a",), "b", 2, drop=7, sleep=(2600, marker) if marker else None),
        Total(),
        Add("c", ("t",), "c", 3),
    ]
    return Chain(Numbers(3500), stages, ShardStore(root))
