from __future__ import annotations

import numpy as np
import pytest

from silverner.students.training import memory
from silverner.students.training.memory import PeakMemory


def test_the_peak_is_that_since_the_beginning_of_a_run() -> None:
    before = PeakMemory()
    large = np.ones(30_000_000)  # 229 MB
    del large
    peak = before.facts()
    after = PeakMemory().facts()
    if not peak["of_run"]:
        pytest.skip("this system cannot set the mark back")
    assert peak["process"] - after["process"] > 150


def test_elsewhere_the_peak_is_that_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_SET_BACK", memory.Path("/no/such/file"))
    facts = PeakMemory().facts()
    assert facts["of_run"] is False
    assert facts["process"] > 20
