"""Several workers on one machine take turns at its GPUs. A stand-in for PyTorch says how many there are."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

from silverner.projection.chain import Chain, ShardStore
from silverner.projection.chain.gpus import VISIBLE_GPUS, environment_of_worker
from tests.projection.chain_stages import Numbers, meet, run_chain


def pretend_gpus(monkeypatch: pytest.MonkeyPatch, count: int | None, visible: str | None = None) -> None:
    """Let PyTorch see GPUs; ``None``: nobody has imported it."""
    torch = None if count is None else SimpleNamespace(cuda=SimpleNamespace(device_count=lambda: count))
    monkeypatch.setitem(sys.modules, "torch", torch)
    if visible is None:
        monkeypatch.delenv(VISIBLE_GPUS, raising=False)
    else:
        monkeypatch.setenv(VISIBLE_GPUS, visible)


@pytest.mark.parametrize(
    ("count", "visible", "expected"),
    [
        (None, None, [None, None, None]),
        (0, None, [None, None, None]),
        (1, None, ["0", "0", "0"]),
        (2, None, ["0", "1", "0"]),
        (8, None, ["0", "1", "2"]),
        (2, "5,3", ["5", "3", "5"]),
        (1, "GPU-8932f937,nothing", ["GPU-8932f937"] * 3),
        (0, "-1", ["-1", "-1", "-1"]),
        (None, "2", ["2", "2", "2"]),
    ],
)
def test_worker_i_sees_gpu_i_modulo_their_number(
    monkeypatch: pytest.MonkeyPatch, count: int | None, visible: str | None, expected: list[str | None]
):
    pretend_gpus(monkeypatch, count, visible)
    assert [environment_of_worker(number).get(VISIBLE_GPUS) for number in range(3)] == expected


class SeesGpu:
    """Adds the GPUs that the process of a shard may use; each process waits until another has begun."""

    name, version = "a", 1
    inputs: tuple[str, ...] = ("n",)
    outputs: Mapping[str, pa.DataType] = {"gpu": pa.string()}

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def settings(self) -> Mapping[str, object]:
        return {}

    def apply(self, batch: dict[str, list[int]]) -> dict[str, list[str | None]]:
        meet(self._folder, "seen", 2)
        return {"gpu": [os.environ.get(VISIBLE_GPUS)] * len(batch["n"])}


def test_two_processes_use_two_gpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pretend_gpus(monkeypatch, 2, "7,9")
    chain = run_chain(Chain(Numbers(3500), [SeesGpu(tmp_path)], ShardStore(tmp_path / "store")), workers=2)
    gpus = [set(table["gpu"].to_pylist()) for table in chain.tables(["gpu"])]
    assert all(len(seen) == 1 for seen in gpus)
    assert set.union(*gpus) == {"7", "9"}
