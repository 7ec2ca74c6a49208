"""The scripts of ``benchmarks/`` that need a GPU run with tiny models, so that they still run when somebody has one."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.mark.parametrize("name", ["NLLB-600M", "XLM-R-large tagger", "mBERT aligner"])
def test_an_engine_runs_a_random_model(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from bench_gpu import measure

    row = next(measure(name, argparse.Namespace(tiny=True, seconds=0.01, length=4, beams=2)))
    assert row["way"] == "silverner, batch_size 32"
    assert row["sentences"] > 0
