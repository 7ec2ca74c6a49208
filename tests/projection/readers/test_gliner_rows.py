from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from silverner.projection.errors import DataError
from silverner.projection.files.reading import Reading


def _read(path: Path, entities: Any) -> list[tuple[tuple[str, ...] | None, Any]]:
    path.write_text(json.dumps([{"tokenized_text": ["Ana", "in", "New", "York"], "ner": entities}]))
    return [(one.tokens, [(s.start, s.end, s.label) for s in one.spans or ()]) for one in Reading().labelled(path)]


def test_training_data_of_gliner_is_read(tmp_path: Path) -> None:
    entities = [[2, 3, "LOC"], [0, 0, "PER"]]
    expected = [(("Ana", "in", "New", "York"), [(0, 1, "PER"), (2, 4, "LOC")])]
    assert _read(tmp_path / "train.json", entities) == expected
    assert _read(tmp_path / "train.json", [])[0][1] == []


@pytest.mark.parametrize(
    ("entities", "message"),
    [
        ([[0, "PER"]], r"item 1, field 'ner', entity 1: \[0, 'PER'\] is not \[first token, last token, label\]"),
        ([[0, 0, "PER"], "x"], "field 'ner', entity 2: 'x' is not"),
        ([[3, 4, "LOC"]], r"item 1: the span 3-5 \(LOC\) leaves a sentence of 4 tokens"),
        ([[2, 3, "LOC"], [3, 3, "ORG"]], r"item 1: the span 3-4 \(ORG\) overlaps another one"),
    ],
)
def test_what_is_no_flat_entity_is_refused(tmp_path: Path, entities: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        _read(tmp_path / "train.json", entities)
