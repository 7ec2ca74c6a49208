"""Settings for all tests that train: one thread."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
import transformers

assert transformers.Trainer  # imported before the garbage collector is told to leave alone what is imported


@pytest.fixture(scope="package", autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
