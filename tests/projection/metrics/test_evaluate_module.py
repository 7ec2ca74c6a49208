from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import datasets
import evaluate
import pytest
from seqeval.metrics import accuracy_score, f1_score, precision_score, recall_score
from seqeval.scheme import IOB2

from silverner.projection.metrics import MODULE, report_tags
from tests.taggers import TAGS, write_tagger

GOLD = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "B-ORG"], ["B-LOC", "O", "O"]]
PREDICTED = [["B-PER", "I-PER", "O", "I-LOC"], ["O", "B-PER"], ["B-LOC", "I-LOC", "O"]]
TOKENS = [["Ana", "Rey", "in", "Bern"], ["the", "UN"], ["Bern", "is", "far"]]


@pytest.fixture(scope="module")
def metric() -> evaluate.EvaluationModule:
    return evaluate.load(str(MODULE))


def test_the_folder_bears_the_name_of_its_script() -> None:
    assert (MODULE / f"{MODULE.name}.py").is_file()


def test_the_module_loads_offline_from_an_empty_home(tmp_path: Path) -> None:
    code = (
        "import socket, sys\n"
        "sys.modules['transformers'] = None  # evaluate can do without it; to import it takes seconds\n"
        "def refuse(*_, **__): raise AssertionError('the network was asked')\n"
        "socket.create_connection = socket.getaddrinfo = refuse\n"
        "import evaluate, json\n"
        "del sys.modules['transformers']\n"
        "from silverner.projection.metrics import MODULE\n"
        "found = evaluate.load(str(MODULE)).compute(predictions=[['B-PER', 'O']], references=[['B-PER', 'O']])\n"
        "print(json.dumps(found))\n"
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HF_HOME": str(tmp_path / "hf")}
    root = Path(__file__).parents[2]
    environment |= {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(root)}  # no switch says offline: nothing may be asked
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["strict_f1"] == 1.0


def test_the_overall_numbers_are_those_of_seqeval(metric: evaluate.EvaluationModule) -> None:
    numbers = metric.compute(predictions=PREDICTED, references=GOLD)
    expected = {
        "overall_precision": precision_score(GOLD, PREDICTED),
        "overall_recall": recall_score(GOLD, PREDICTED),
        "overall_f1": f1_score(GOLD, PREDICTED),
        "overall_accuracy": accuracy_score(GOLD, PREDICTED),
        "conll_f1": f1_score(GOLD, PREDICTED),
        "strict_f1": f1_score(GOLD, PREDICTED, mode="strict", scheme=IOB2),
    }
    assert {name: numbers[name] for name in expected} == pytest.approx(expected)
    assert numbers["conll_f1"] > numbers["strict_f1"]


def test_every_number_is_a_plain_one(metric: evaluate.EvaluationModule) -> None:
    numbers = metric.compute(predictions=PREDICTED, references=GOLD, tokens=TOKENS)
    assert {type(value) for value in numbers.values()} == {int, float}
    assert all(value is not None and 0 <= value <= 4 for value in numbers.values())
    assert numbers == report_tags(GOLD, PREDICTED, tokens=TOKENS).flat()
    rest = {
        "correct": 1,
        "predicted": 3,
        "gold": 4,
        "strict_PER_recall": 1.0,
        "strict_LOC_number": 2,
        "length_1-10_f1": pytest.approx(2 / 7),
        "frequency_2-5_number": 2,
        "errors_boundary": 1,
        "errors_type": 1,
        "errors_missed": 1,
        "errors_spurious": 0,
        "projection_ratio": pytest.approx((0.5 + 1 + 1) / 3),
    }
    assert {name: numbers[name] for name in rest} == rest
    assert numbers["strict_f1_low"] <= numbers["strict_f1"] <= numbers["strict_f1_high"]


def test_options_reach_the_metric(metric: evaluate.EvaluationModule) -> None:
    numbers = metric.compute(predictions=PREDICTED, references=GOLD, invalid="repair", resamples=0)
    assert numbers["strict_f1"] == numbers["conll_f1"]
    assert not [name for name in numbers if name.endswith(("_low", "_high")) or name.startswith("frequency_")]
    with pytest.raises(ValueError, match="predicted sentence 1, token 4: tag 'I-LOC'"):
        metric.compute(predictions=PREDICTED, references=GOLD, invalid="refuse")


def test_batches_can_be_added(metric: evaluate.EvaluationModule) -> None:
    for predicted, gold in zip(PREDICTED, GOLD, strict=True):
        metric.add_batch(predictions=[predicted], references=[gold])
    assert metric.compute() == report_tags(GOLD, PREDICTED).flat()


def test_text_without_entities_has_no_projection_ratio(metric: evaluate.EvaluationModule) -> None:
    numbers = metric.compute(predictions=[["O"]], references=[["O"]])
    assert math.isnan(numbers["projection_ratio"])
    assert (numbers["strict_f1"], numbers["overall_accuracy"]) == (0.0, 1.0)


@pytest.mark.parametrize("classes", [True, False])
def test_the_evaluator_uses_it(metric: evaluate.EvaluationModule, tmp_path: Path, classes: bool) -> None:
    tagger = write_tagger("bert", tmp_path / "tagger", learn=True)
    tokens = [["Ana", "Bern", "New", "York"], ["Kenya"], ["Cross", "Ana"]]
    tags = [["B-PER", "B-LOC", "B-LOC", "I-LOC"], ["B-LOC"], ["O", "B-PER"]]
    names = list(TAGS)
    label = datasets.ClassLabel(names=names) if classes else datasets.Value("string")
    features = datasets.Features({"tokens": datasets.List(datasets.Value("string")), "ner_tags": datasets.List(label)})
    rows = {"tokens": tokens, "ner_tags": [[names.index(t) if classes else t for t in row] for row in tags]}
    data = datasets.Dataset.from_dict(rows, features=features)
    numbers = evaluate.evaluator("token-classification").compute(
        model_or_pipeline=str(tagger), data=data, metric=metric, device=-1
    )
    assert numbers["gold"] == 5
    assert 0 < numbers["strict_f1"] <= numbers["overall_f1"] <= 1
    assert numbers["samples_per_second"] > 0
