"""Which method is recommended for which facts, and the command that says so."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from silverner.cli import main
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.adapt.adaptation_text import text_of_file
from silverner.students.adapt.advice import FEW_SENTENCES, NOTHING, RULES, advice_for, methods_for
from silverner.students.adapt.advice_report import advice_text
from silverner.students.adapt.methods import METHODS
from silverner.students.adapt.text_facts import TextFacts, text_facts
from silverner.students.adapt.writing import Writing
from tests.tiny import write_model

FACTS = TextFacts(
    sentences=4000,
    words=90_000,
    scripts={"latin": 1.0},
    characters=1.0,
    missing=0,
    writing=Writing(unknown=0.0, subwords=1.9),
    english=Writing(unknown=0.0, subwords=1.2),
    in_latin=None,
    tokenizer="WordPiece",
    pieces=30_000,
    has_head=True,
)
MULTILINGUAL = {"tokenizer": "Unigram", "pieces": 250_000, "has_head": False}
OTHER_SCRIPT = {"scripts": {"han": 0.97, "latin": 0.03}, "in_latin": Writing(unknown=0.001, subwords=1.8)}


@pytest.mark.parametrize(
    ("facts", "method", "why"),
    [
        ({}, "lapt", "(0.0% unknown words, 1.90 subwords a word, English 1.20)"),
        ({"writing": Writing(unknown=0.0, subwords=1.3)}, NOTHING, "1.30 subwords a word, English 1.20"),
        ({"writing": Writing(unknown=0.009, subwords=1.4)}, "lapt", "0.9% unknown words"),
        ({"writing": Writing(unknown=0.0, subwords=3.0)}, "lapt", "3.00 subwords a word"),
        ({"writing": Writing(unknown=0.0, subwords=3.1)}, "focus", "a word falls into 3.1 subwords (above 3)"),
        (
            {"writing": Writing(unknown=0.05, subwords=1.9), "missing": 12},
            "vocabulary",
            "5.0% of the words are unknown",
        ),
        ({"writing": Writing(unknown=0.05, subwords=1.9), "tokenizer": "Unigram"}, "focus", "5.0% of the words"),
        ({"sentences": 299}, NOTHING, "299 sentences are too few to learn from; gather at least 300"),
        ({"sentences": 300}, "lapt", ""),
        (
            MULTILINGUAL,
            NOTHING,
            "the model has no head for masked words, and 4,000 sentences are too few to teach a new one its 250,000 "
            "pieces (at least 10,000); where this was tried, students lost 2 to 12 F1",
        ),
        ({**MULTILINGUAL, "writing": Writing(unknown=0.0, subwords=3.1)}, NOTHING, "no head for masked words"),
        ({**MULTILINGUAL, "sentences": 10_000}, "lapt", ""),
        ({**MULTILINGUAL, "has_head": True}, "lapt", ""),
        ({**MULTILINGUAL, "pieces": 30_000}, "lapt", ""),
        (
            {**OTHER_SCRIPT, "writing": Writing(unknown=0.627, subwords=1.5), "missing": 3158},
            "transliterate",
            "lacks 3,158 characters of the text, more than new pieces can mend (99); in Latin letters 0.1% of the "
            "words are unknown instead of 62.7%",
        ),
        ({**OTHER_SCRIPT, "writing": Writing(unknown=0.12, subwords=2.6), "missing": 24}, "vocabulary", "24 missing"),
        ({**OTHER_SCRIPT, "writing": Writing(unknown=0.0, subwords=4.6)}, "focus", "4.6 subwords"),
        (
            {**OTHER_SCRIPT, "writing": Writing(unknown=0.0, subwords=4.6), "sentences": 193},
            "transliterate",
            "193 sentences are too few to learn it (at least 300); Latin letters need no training",
        ),
        (
            {**OTHER_SCRIPT, "writing": Writing(unknown=0.0, subwords=1.8)},
            "lapt",
            "what the model lacks",
        ),
    ],
)
def test_facts_decide_the_method(facts: dict[str, object], method: str, why: str) -> None:
    advice = advice_for(replace(FACTS, **facts))  # type: ignore[arg-type]  # fields by name
    assert advice.method == method
    assert why in advice.why


def test_the_last_rule_always_holds() -> None:
    assert RULES[-1].holds(FACTS)


def test_every_recommended_method_exists() -> None:
    assert {rule.method for rule in RULES} == {*METHODS, NOTHING}


def test_vocabulary_is_for_word_pieces_alone() -> None:
    assert methods_for(FACTS) == [*METHODS]
    assert methods_for(replace(FACTS, tokenizer="Unigram")) == [name for name in METHODS if name != "vocabulary"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("advice")
    write_model("bert", folder / "bert")
    (folder / "han.txt").write_text("".join(f"Ana 北京 中国人民大学 {k % 3} .\n" for k in range(6)))
    (folder / "ana.txt").write_text("".join(f"Ana visits Kenya {k % 10} .\n" for k in range(FEW_SENTENCES)))
    return folder


def test_facts_are_counted_on_the_words_of_the_text(home: Path) -> None:
    facts = text_facts(
        Checkpoint(name=str(home / "bert")).tokenizer(), text_of_file(home / "han.txt", "swh"), has_head=True
    )
    assert (facts.sentences, facts.words, facts.tokenizer, facts.missing) == (6, 30, "WordPiece", 8)
    assert facts.scripts == {"han": pytest.approx(8 / 11), "latin": pytest.approx(3 / 11)}
    assert facts.characters == pytest.approx(1 - 8 / 13)
    assert facts.writing.unknown == pytest.approx(12 / 30)
    assert facts.in_latin is not None
    assert facts.in_latin.unknown == pytest.approx(6 / 30)  # no z in the tiny vocabulary
    assert facts.latin == pytest.approx(3 / 11)


def _advise(home: Path, text: str, *more: str) -> int:
    begin = ["adapt", "advise", "--model", str(home / "bert"), "--lang", "swh", "--text", str(home / text)]
    return main([*begin, "--device", "cpu", *more])


def test_the_command_prints_facts_and_one_recommendation(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _advise(home, "ana.txt", "--json", "--epochs", "3") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["facts"]["sentences"] == FEW_SENTENCES
    assert report["facts"]["in_latin"] is None
    assert report["minutes"]["an_epoch"] > 0
    assert set(report["minutes"]["at_most"]) == set(METHODS)
    assert report["minutes"]["at_most"]["lapt"] == pytest.approx(3 * report["minutes"]["an_epoch"], abs=1e-3)
    recommended = report["recommended"]
    shown = advice_text(report)
    assert f"\nRecommended: {recommended['method']}, because {recommended['why']}.\n" in shown
    assert recommended["command"] is None or f"\n  {recommended['command']}\n" in shown


def test_the_command_that_it_prints_can_be_run(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _advise(home, "han.txt", "--json", "--epochs", "0", "--freeze-embeddings") == 0
    command = json.loads(capsys.readouterr().out)["recommended"]["command"]
    expected = ["transliterate", "--model", str(home / "bert"), "--text", str(home / "han.txt"), "--lang", "swh"]
    assert shlex.split(command)[2:12] == [*expected, "--epochs", "0.0", "--freeze-embeddings"]
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(command)[1:]) == 0
    assert (tmp_path / "adapted-bert-swh-transliterate/tokenizer.json").exists()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--out", "folder"], "advise writes nothing, so it has no use for --out"),
        (["--scripts", "han"], "the method advise has no use for --scripts; it is for transliterate"),
    ],
)
def test_options_that_it_would_ignore_are_refused(
    more: list[str], message: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _advise(home, "ana.txt", *more) == 2
    assert message in capsys.readouterr().err
