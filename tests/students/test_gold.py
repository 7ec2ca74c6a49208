"""Gold of the target language decides nothing: it is not there while a student is trained."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from silverner.students.corpus import SilverCorpus
from silverner.students.strategies.hard import Hard
from silverner.students.student import train_student
from silverner.students.training_config import TrainingConfig
from tests.students.corpora import quick, same_weights, sentences, write_corpus
from tests.taggers import write_tagger
from tests.tiny import write_model

OTHER_WORDS = [[f"a{k}", f"b{k}", f"c{k}", f"d{k}"] for k in range(6)]
SHORT = {"epochs": 1, "batch": 8}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gold")
    write_corpus(folder / "corpus", parallel=True)
    write_model("bert", folder / "encoder")
    write_tagger("bert", folder / "teacher", learn=True)
    return folder


def _write(path: Path, texts: list[list[str]], tag: str) -> Path:
    path.write_text("".join("".join(f"{word}\t{tag}\n" for word in text) + "\n" for text in texts))
    return path


@pytest.mark.parametrize("strategy", ["hard", "soft", "loop", "transfer"])
def test_other_gold_gives_the_same_weights(strategy: str, home: Path, tmp_path: Path) -> None:
    """Neither its labels nor its words reach a weight; only sentences that it shares with the corpus are left out."""
    texts = sentences(6)
    options: dict[str, Any] = {
        "soft": {"teachers": (str(home / "teacher"),)},
        "loop": {"max_rounds": 2},
        "transfer": {"source": _write(tmp_path / "source.conll", sentences(12), "B-PER")},
    }.get(strategy, {})
    config = quick(strategy, home / "encoder", home / "corpus", overlap="leave-out", training=SHORT, **options)
    for name, words, tag in (("a", texts, "B-PER"), ("b", [*OTHER_WORDS, *texts], "B-LOC")):
        gold = _write(tmp_path / f"{name}.conll", words, tag)
        train_student(replace(config, test=gold, dev=gold), tmp_path / name)
    assert same_weights(tmp_path / "a", tmp_path / "b")


AUDIT = """
import sys
from pathlib import Path

from silverner.students.student import train_student
from silverner.students.training import once
from tests.students.corpora import quick

home, gold = Path(sys.argv[1]), Path(sys.argv[2])
events = []
sys.addaudithook(lambda name, args: events.append("gold") if name == "open" and str(args[0]) == str(gold) else None)
train = once.train

def audited(*arguments, **named):
    events.append("begin")
    course = train(*arguments, **named)
    events.append("end")
    return course

once.train = audited
options = {"teachers": (str(home / "teacher"),), "max_rounds": 1}  # two trainings, and labels that change between them
train_student(quick("colada", home / "encoder", home / "corpus", test=gold, dev=gold, **options), Path(sys.argv[3]))
print(*events)
"""


def test_gold_is_not_opened_while_students_are_trained(home: Path, tmp_path: Path) -> None:
    """From the first training to the last, rounds and re-labelling between them included."""
    gold = _write(tmp_path / "gold.conll", sentences(6), "B-PER")
    words = [sys.executable, "-c", AUDIT, str(home), str(gold), str(tmp_path / "out")]
    process = subprocess.run(words, capture_output=True, text=True, check=True)
    events = process.stdout.split()
    first, last = events.index("begin"), len(events) - 1 - events[::-1].index("end")
    assert events.count("begin") == 2
    assert "gold" not in events[first:last]
    assert "gold" in events[:first]  # broken gold is found before hours of training
    assert "gold" in events[last:]


@pytest.mark.parametrize("is_gold", [False, True])
def test_a_strategy_does_not_know_where_gold_lies(is_gold: bool, home: Path, tmp_path: Path) -> None:
    gold = _write(tmp_path / "gold.conll", sentences(6), "B-PER")
    configs: list[TrainingConfig] = []

    class Curious(Hard):
        def preflight(self, config: TrainingConfig, corpus: SilverCorpus) -> None:
            configs.append(config)

        def training_corpus(self, config: TrainingConfig, corpus: SilverCorpus) -> SilverCorpus:
            configs.append(config)
            return corpus

        def targets(self, config: TrainingConfig, corpus: SilverCorpus) -> Any:
            configs.append(config)
            return super().targets(config, corpus)

    config = quick("hard", home / "encoder", home / "corpus", training=SHORT, test=gold, dev=gold, dev_is_gold=is_gold)
    results = train_student(replace(config, strategy=Curious()), tmp_path / "out")
    assert len(configs) >= 3
    assert {(one.test, one.dev) for one in configs} == {(None, gold if is_gold else None)}
    assert set(results["scores"]) == {"test", "dev"}


def test_the_cost_of_a_student_is_in_its_results(home: Path, tmp_path: Path) -> None:
    results = train_student(quick("hard", home / "encoder", home / "corpus", training=SHORT), tmp_path / "out")
    memory = results["memory"]
    assert 50 < memory["process"] < 1 << 20
    assert (memory["gpu"] is not None) == torch.cuda.is_available()
    assert results["seconds"] > 0
