"""The confidence of predicted entities, where the predicted file is a Parquet file of a corpus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from silverner.cli import main
from silverner.projection.files.confidences import entity_confidence, read_columns, read_confidences
from silverner.projection.spans import Span

TOKENS = [["Ana", "sings"], ["Li", "in", "Bern"]]
TAGS = [["B-PERSON", "O"], ["B-PERSON", "O", "B-LOC"]]
GOLD = "Ana B-PER\nsings O\n\nLi B-PER\nin O\nBern O\n"
ENTITIES = [
    [{"start": 0, "end": 1, "label": "PERSON", "score": 0.4, "confidence": 0.9}],
    [
        {"start": 2, "end": 3, "label": "LOC", "score": 0.5, "confidence": 0.25},
        {"start": 0, "end": 1, "label": "PERSON", "score": 2.0, "confidence": None},
    ],
]


def _parquet(path: Path, rows: slice = slice(None), **columns: Any) -> Path:
    pq.write_table(pa.table({name: values[rows] for name, values in columns.items()}), path)
    return path


def _scores(folder: Path, predicted: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    gold = folder / "gold.conll"
    gold.write_text(GOLD)
    words = ["evaluate", "--gold", str(gold), "--predicted", str(folder / predicted), "--label-map", "PERSON=PER"]
    assert main([*words, "--json"]) == 0
    scores: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (scores["correct"], scores["predicted"]) == (2, 3)
    assert main(words) == 0
    assert ("surest entities" in capsys.readouterr().out) == ("confidence" in scores)
    return scores


def test_evaluate_tells_how_sure_a_corpus_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _parquet(tmp_path / "all.parquet", tokens=TOKENS, ner_tags=TAGS, entities=ENTITIES)
    confidence = _scores(tmp_path, "all.parquet", capsys)["confidence"]
    assert confidence["mean"] == pytest.approx((0.9 + 0.25 + 1) / 3)
    assert confidence["correct"] == pytest.approx(2 / 3)
    assert confidence["calibration_error"] == pytest.approx((0.1 + 0.25) / 3)
    rows = [(row["kept"], row["confidence"], round(row["precision"], 2)) for row in confidence["coverage"]]
    assert rows == [(2, 0.9, 100.0), (2, 0.9, 100.0), (3, 0.25, 66.67), (3, 0.25, 66.67)]


def test_a_glob_of_corpus_files_is_one_prediction(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for k in range(2):
        _parquet(tmp_path / f"part-{k}.parquet", slice(k, k + 1), tokens=TOKENS, ner_tags=TAGS, entities=ENTITIES)
    assert _scores(tmp_path, "part-*.parquet", capsys)["confidence"]["coverage"][-1]["kept"] == 3


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"entities": [["Ana"], ["Li", "Bern"]]},
        {"entities": [[{"start": 0, "end": 1, "label": "PERSON"}], None]},
        {"entities": [[{"start": 0, "end": 1, "label": "PERSON", "score": -0.5}], []]},
    ],
)
def test_what_is_no_entity_of_a_corpus_has_no_confidence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], columns: dict[str, Any]
) -> None:
    _parquet(tmp_path / "foreign.parquet", tokens=TOKENS, ner_tags=TAGS, **columns)
    assert "confidence" not in _scores(tmp_path, "foreign.parquet", capsys)


def test_other_formats_have_no_confidence(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    path.write_text(GOLD)
    assert read_columns(path, ["entities"]) == {}
    assert read_confidences(path, [[Span(0, 1, "PER")]]) is None


def test_the_confidence_of_a_label_lowers_that_of_the_place() -> None:
    entity = {"start": 0, "end": 1, "label": "PER", "score": 1.4}
    assert entity_confidence(entity) == 1.0
    assert entity_confidence(entity | {"label_confidence": 0.5}) == 0.5
    assert entity_confidence(entity | {"confidence": 0.5, "label_confidence": 0.5}) == 0.25
