"""Settings for all tests that train: one thread, and a garbage collector that leaves the libraries' objects alone."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
import torch
import transformers


@pytest.fixture(scope="package", autouse=True)
def _quick_training() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    assert transformers.Trainer  # Trainer collects garbage after every training: a second each with all it imports
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    torch.set_num_threads(threads)
