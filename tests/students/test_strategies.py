from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from silverner.cli import main
from silverner.students.strategies import STRATEGIES, Strategy
from silverner.students.strategies.loop import Loop
from silverner.students.strategies.multi import Multi
from silverner.students.student import train_student
from tests.projection.test_registry import write_package
from tests.students.corpora import quick, write_corpus
from tests.taggers import write_tagger

PLUGIN = """
from dataclasses import dataclass, replace

from silverner.students.strategies import Strategy, option


@dataclass(frozen=True, kw_only=True)
class LongSentences(Strategy):
    name = "long-sentences"
    summary = "the projected labels of long sentences"
    card_sentence = "It learnt the projected labels of long sentences."

    shortest: int = option("--shortest", default=5, convert=int, metavar="N", help="fewest words")

    def training_corpus(self, config, corpus):
        return replace(corpus, rows=[row for row in corpus.rows if len(row.tokens) >= self.shortest])


@dataclass(frozen=True, kw_only=True)
class Clashing(Strategy):
    name = "clashing"
    summary = card_sentence = "nothing"

    teacher: int = option("--teacher", default=5, convert=int, help="a number")


class Silent(Strategy):
    name = "silent"
"""
POINTS = """
[silverner.strategies]
long-sentences = longer:LongSentences
clashing = longer:Clashing
silent = longer:Silent
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("strategies")
    write_corpus(folder / "corpus")
    write_tagger("bert", folder / "tagger", ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"])
    return folder


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install a package with three strategies, of which one can be used."""
    (tmp_path / "site").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    write_package(tmp_path / "site", "longer", POINTS, PLUGIN)
    monkeypatch.setattr(STRATEGIES, "_loaded", {})
    monkeypatch.delitem(STRATEGIES.__dict__, "_plugins", raising=False)
    yield
    STRATEGIES.__dict__.pop("_plugins", None)
    sys.modules.pop("longer", None)


def test_every_strategy_is_in_the_table_under_its_name_and_describes_itself() -> None:
    assert STRATEGIES.names() == [
        "transfer",
        "hard",
        "soft",
        "multi",
        "agree",
        "unitrans",
        "ensemble",
        "self-train",
        "denoise",
        "colada",
        "prototype",
        "consistency",
        "loop",
    ]
    for name, strategy in STRATEGIES.items():
        assert strategy.name == name
        assert strategy.summary[0].islower() and not strategy.summary.endswith(".")
        assert strategy.card_sentence.startswith("It ") and strategy.card_sentence.endswith(".")
        assert all(option.flag.startswith("--") and option.help for option in strategy.options().values())


def test_strategies_are_listed_without_loading_a_model_library(capsys: pytest.CaptureFixture[str]) -> None:
    code = "import sys; from silverner.students.strategies import STRATEGIES as S; dict(S.items()); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "silverner.students.strategies.loop" in loaded
    assert not {"torch", "numpy", "datasets", "transformers"} & set(loaded)
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    text = capsys.readouterr().out
    assert all(f"  {name:<9} {strategy.summary}\n" in text for name, strategy in STRATEGIES.items())


def test_facts_are_options_and_of_paths_only_their_names(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    texts = (tmp_path / "a.txt", tmp_path / "b.txt")
    strategy = Multi(teachers=(str(tmp_path / "model"), "hub/id"), teacher_texts=texts, similarity="sentence")
    assert strategy.facts() == {
        "text": None,
        "teachers": ["model", "hub/id"],
        "teacher_schemes": [],
        "teacher_texts": ["a.txt", "b.txt"],
        "similarity": "sentence",
    }
    assert Loop(max_rounds=2).facts() == {"weights": "none", "max_rounds": 2}


def test_a_strategy_of_another_package_trains_and_is_named_in_results_and_card(
    plugin: None, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--model", home / "tagger", "--data", home / "corpus", "--lang", "swh", "--device", "cpu"]
    words = [*options, "--epochs", "1", "--batch", "8", "--out", tmp_path / "out", "--shortest", "6"]
    assert main(["train", "long-sentences", *map(str, words)]) == 0
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert results["sentences"]["learnt"] + results["sentences"]["held_out"] == 12
    assert (results["strategy"], results["plugin"], results["shortest"]) == ("long-sentences", "longer 1.2", 6)
    card = (tmp_path / "out" / "README.md").read_text()
    assert "It learnt the projected labels of long sentences. Its labels are *silver*" in card
    assert "| strategy | long-sentences, of the package longer 1.2 |" in card
    for strategy, code, message in (
        ("hard", 2, "the strategy hard has no use for --shortest; it is for long-sentences"),
        (
            "clashing",
            1,
            "clashing declares the option --teacher, which is another option already (longer 1.2); its authors",
        ),
        (
            "silent",
            1,
            "TypeError: the class Silent has no text summary and card_sentence; repair or update that package",
        ),
    ):
        capsys.readouterr()
        assert main(["train", strategy, *map(str, words)]) == code
        assert message in capsys.readouterr().err


def test_a_strategy_need_not_be_in_the_table_to_train_from_python(home: Path, tmp_path: Path) -> None:
    class Own(Strategy):
        name, summary, card_sentence = "own", "the projected labels", "It learnt the projected labels."

    hard = quick("hard", home / "tagger", home / "corpus", training={"epochs": 1})
    results = train_student(replace(hard, strategy=Own()), tmp_path / "out")
    assert results["strategy"] == "own"
    assert "plugin" not in results
