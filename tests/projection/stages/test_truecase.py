from __future__ import annotations

from pathlib import Path

import pytest

from silverner.projection.stages import Truecase


def test_counts_that_are_added_up_in_parts_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    batches = [{"target.tokens": [["Ana", f"w{k % 3}", "ana"]], "drop": [None]} for k in range(7)]
    Truecase().fit(iter(batches), tmp_path / "whole")
    monkeypatch.setattr("silverner.projection.stages.truecase._AT_ONCE", 4)
    Truecase().fit(iter(batches), tmp_path / "parts")
    assert (tmp_path / "parts").read_bytes() == (tmp_path / "whole").read_bytes()
