from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from silverner.projection.chain import DROP
from silverner.projection.errors import EngineError, UsageError
from silverner.projection.stages import (
    FindOverlap,
    Identify,
)
from tests.projection.stages.helpers import check_types


class Held:
    """An evaluation set."""

    def __init__(self, *sentences: str) -> None:
        self._sentences = [sentence.split() for sentence in sentences]

    def settings(self) -> Mapping[str, object]:
        return {"content": str(self._sentences)}

    def sentences(self) -> list[list[str]]:
        return self._sentences


OVERLAP: dict[str, list[Any]] = {
    "row": [0, 1, 2, 3],
    "split": ["train", "train", "test", "train"],
    "target.tokens": [["Ana", "runs"], ["so"], ["ana", "runs"], None],
    "source.tokens": [["x"], ["y"], ["z"], None],
    DROP: [None, None, None, "empty-target"],
}


def test_overlap_looks_up_what_the_whole_corpus_says(tmp_path: Path):
    stage = FindOverlap([Held("Y")], near=0.8, parallel=True)
    stage.fit(
        iter([{n: c[:2] for n, c in OVERLAP.items()}, {n: c[2:] for n, c in OVERLAP.items()}]), tmp_path / "found"
    )
    stage.load(tmp_path / "found")
    output = stage.apply({"row": [2, 0, 1]})
    check_types(stage, output)
    assert output == {
        "target.duplicate": [False, True, False],
        "target.near": [0.0, 1.0, 0.0],
        "target.leak": [0.0, 0.0, 1.0],
    }
    assert stage.settings() != FindOverlap([Held("Z")], near=0.8, parallel=True).settings()
    with pytest.raises(EngineError, match="the stage 'overlap' was applied before it was fitted: it has no overlaps"):
        FindOverlap([], near=None, parallel=False).apply({"row": [0]})


def test_shards_are_counted_alike_each_on_its_own():
    stage = FindOverlap([Held("Y")], near=0.8, parallel=True)
    whole, *parts = (stage.count({n: c[part] for n, c in OVERLAP.items()}) for part in map(slice, (0, 0, 1), (4, 1, 4)))
    assert pa.concat_tables(parts).equals(whole)
    assert [row["leak"] for row in whole.to_pylist()] == [0.0, 1.0, 0.0, None]
    assert whole.to_pylist()[0]["shingles"] == whole.to_pylist()[2]["shingles"] == [7492582108884294136]


def test_hashes_are_the_same_in_every_process():
    program = (
        "from silverner.projection.text.overlap import Line, LineHashing;"
        "print(LineHashing([], near=0.8).hashed(Line(split='train', texts=[['Ana', 'never', 'runs', 'so', 'far']])))"
    )
    outputs = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        outputs.add(
            subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True).stdout
        )
    assert len(outputs) == 1


def test_identify_asks_for_the_language_only_where_it_is_wanted():
    batch = {"target.tokens": [["Das", "ist", "ein", "Haus"], ["Это", "дом"], ["7"]]}
    both = Identify("deu", script_only=False).apply(batch)
    assert [p > 0.5 for p in both["target.language"]] == [True, False, True]
    assert both["target.script"] == [1.0, 0.0, 1.0]
    alone = Identify("bam", script_only=True)
    check_types(alone, alone.apply(batch))
    assert alone.apply(batch)["target.language"] == [None] * 3
    with pytest.raises(UsageError, match="cannot identify Bambara"):
        Identify("bam", script_only=False).settings()
