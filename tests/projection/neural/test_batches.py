from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.chain.reports import HALVED_BATCH, counting_events
from silverner.projection.errors import EngineError
from silverner.projection.neural.batches import BatchLimit, in_batches


class Engine:
    """Doubles numbers, and runs out of memory on batches of more than ``room``."""

    def __init__(self, room: int, error: Exception | None = None) -> None:
        self.room, self.error = room, error or RuntimeError("CUDA out of memory. Tried to allocate 1 GiB")
        self.sizes: list[int] = []

    def __call__(self, batch: Sequence[int]) -> list[int]:
        if len(batch) > self.room:
            raise self.error
        self.sizes.append(len(batch))
        return [2 * n for n in batch]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 20), st.integers(1, 12), st.integers(1, 12))
def test_every_item_is_answered_once_in_order_whatever_fits(count: int, size: int, room: int) -> None:
    engine = Engine(room)
    assert list(in_batches(range(count), engine, size=size, what="it")) == [2 * n for n in range(count)]
    assert sum(engine.sizes) == count


def test_only_the_batch_that_failed_is_halved() -> None:
    engine = Engine(4)
    list(in_batches(range(14), engine, size=6, what="it"))
    assert engine.sizes == [3, 3, 3, 3, 2]


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: not enough memory: you tried 9 bytes"),
        RuntimeError("CUDA failed with error out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 1 GiB"),
        MemoryError(),
    ],
)
def test_running_out_of_memory_is_said_and_survived(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), counting_events() as counts:
        assert list(in_batches([1, 2], Engine(1, error), size=2, what="the engine")) == [2, 4]
    assert counts == {HALVED_BATCH: 1}
    assert "the engine ran out of memory on a batch of 2; halving it" in caplog.text


@pytest.mark.parametrize(
    ("limit", "sizes"),
    [
        (BatchLimit(3), [3, 3, 2]),
        (BatchLimit(3, 16), [1, 2, 3, 2]),  # 9 > 8, 2 x 8, 3 x 5, 2 x 3
        (BatchLimit(3, 8), [1, 1, 1, 1, 1, 1, 2]),
        (BatchLimit(3, 1), [1] * 8),
        (BatchLimit(3, 10_000), [8]),
    ],
)
def test_a_batch_has_as_many_subwords_as_its_limit_allows(limit: BatchLimit, sizes: list[int]) -> None:
    engine, lengths = Engine(100), [9, 8, 8, 5, 5, 5, 3, 3]
    assert list(in_batches(lengths, engine, size=limit.count, what="it")) == [2 * n for n in lengths]
    assert engine.sizes == sizes


def test_what_halving_cannot_mend_is_raised() -> None:
    with pytest.raises(EngineError, match="the engine ran out of memory on a single item; use a smaller model"):
        list(in_batches([1, 2], Engine(0), size=2, what="the engine"))
    with pytest.raises(RuntimeError, match="shapes differ"):
        list(in_batches([1, 2], Engine(0, RuntimeError("shapes differ")), size=2, what="the engine"))
    with pytest.raises(EngineError, match="the engine returned 1 results for 2 items"):
        list(in_batches([1, 2], lambda batch: [1], size=2, what="the engine"))
