from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from silverner.dataset_cards import render_card
from silverner.dataset_cards.card.training import MODEL
from silverner.dataset_cards.facts import CorpusFacts, read_manifest
from silverner.dataset_cards.facts.students import read_students
from silverner.projection.errors import DataError
from tests.corpora import built
from tests.dataset_cards.manifests import manifest

RESULTS: dict[str, Any] = {
    "signature": "48e2892876f72d58",
    "strategy": "hard",
    "language": "spa",
    "model": "xlm-roberta-base",
    "sentences": {"learnt": 2200, "held_out": 2, "left": {}},
    "scores": {
        "test": {
            "f1": 81.25,
            "interval": {"low": 78.0, "high": 84.0, "level": 95.0},
            "sentences": 500,
            "precision": 1.0,
        },
    },
}


def _students(folder: Path, **changes: Any) -> Path:
    (folder / "students").mkdir()
    (folder / "students" / "base.json").write_text(json.dumps({**RESULTS, **changes}))
    return folder


def test_results_that_lie_beside_are_on_the_card(tmp_path: Path) -> None:
    students = read_students(_students(tmp_path))
    card = render_card(CorpusFacts.of(manifest()), students=students)
    assert (
        "| `base` `48e2892876f72d58` | `spa` | `silverner train hard` with `xlm-roberta-base`, 2,200 sentences "
        "| 81.2 (78.0 to 84.0) | test, 500 sentences |"
    ) in card.splitlines()
    assert render_card(CorpusFacts.of(manifest()), students=students, existing=card) == card


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"strategy": "`rm`"}, r"base.json: strategy: .*copy the results.json of silverner train"),
        ({"signature": 3}, r"base.json: signature: 3 is not text"),
        ({"sentences": {}}, r"base.json: sentences.learnt"),
        ({"scores": {"x": {"f1": 101.0, "sentences": 1}}}, r"base.json: scores.x.f1"),
    ],
)
def test_what_is_no_results_file_is_refused_by_name(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_students(_students(tmp_path, **changes))


def test_a_corpus_without_students_has_none(tmp_path: Path) -> None:
    assert read_students(tmp_path) == {}


def test_the_python_lines_train_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("sentencepiece", "transformers", "accelerate"):
        pytest.importorskip(package, reason="needs the extra: pip install 'silverner[students]'")
    from tests.tiny import write_model

    corpus = built(tmp_path)
    encoder = write_model("bert", tmp_path / "encoder")
    code = re.findall(r"```python\n(.*?)```", render_card(read_manifest(corpus)), re.DOTALL)[1]
    assert code.count(MODEL) == 2
    code = code.replace(MODEL, str(encoder)).replace("num_train_epochs=3", "max_steps=1, report_to=[], use_cpu=True")
    corpus.rename(tmp_path / "silver-little")
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert json.loads((tmp_path / "student" / "config.json").read_text())["id2label"]["1"] == "B-PER"
