"""The method ``transliterate`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from silverner.cli import main
from silverner.projection.labelling import Tagger
from silverner.projection.neural.checkpoint import Checkpoint
from tests.students.corpora import same_weights
from tests.taggers import write_tagger

TEXT = "Ана visits Кениа .\nКениа и Ана .\nНева 北 .\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("transliterate")
    (folder / "text.txt").write_text(TEXT)
    write_tagger("bert", folder / "tagger", learn=True)
    return folder


def _adapt(home: Path, out: Path, *more: str, method: str = "transliterate") -> int:
    begin = ["adapt", method, "--model", str(home / "tagger"), "--text", str(home / "text.txt"), "--lang", "rus"]
    return main([*begin, "--out", str(out), "--device", "cpu", *more])


def test_it_changes_the_tokenizer_alone(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _adapt(home, tmp_path / "out", "--json") == 0
    results = json.loads(capsys.readouterr().out)
    assert results["change"] == {"scripts": "cyrillic, han"}
    assert results["options"] == {"scripts": "auto"}
    assert results["unknown"] == {"before": pytest.approx(7 / 11), "after": 0.0}
    assert results["course"] is None
    assert same_weights(tmp_path / "out", home / "tagger")
    (labelling,) = Tagger(Checkpoint(name=str(tmp_path / "out")), labels=["PER", "LOC", "MISC"]).label(
        [["тафи", "Ана"]]
    )
    assert [(span.start, span.end, span.label) for span in labelling.spans] == [(1, 2, "PER")]
    saved = json.loads((tmp_path / "out/tokenizer_config.json").read_text())
    assert saved["tokenizer_class"] == "PreTrainedTokenizerFast"  # a BertTokenizer would make its normaliser anew
    assert AutoTokenizer.from_pretrained(tmp_path / "out").tokenize("Ана") == ["Ana"]
    assert "| scripts | cyrillic, han |" in (tmp_path / "out/README.md").read_text()


def test_with_epochs_the_model_learns_the_text_that_it_reads(home: Path, tmp_path: Path) -> None:
    assert _adapt(home, tmp_path / "out", "--epochs", "1", "--scripts", "cyrillic", "--held-out", "0.4") == 0
    results = json.loads((tmp_path / "out/results.json").read_text())
    assert results["course"]["steps"] == 1
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "out")
    assert tokenizer.tokenize("Ана") == tokenizer.tokenize("Ana")
    assert tokenizer.unk_token in tokenizer.tokenize("北")


@pytest.mark.parametrize(
    ("more", "method", "message"),
    [
        (["--scripts", "cirillic"], "transliterate", "the script 'cirillic' is unknown; allowed: adlam, arabic,"),
        (["--scripts", "cyrillic"], "lapt", "the method lapt has no use for --scripts; it is for transliterate"),
    ],
)
def test_what_cannot_be_meant_gets_one_line(
    more: list[str], method: str, message: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _adapt(home, tmp_path / "out", *more, method=method) == 2
    shown = capsys.readouterr().err
    assert message in shown
    assert shown.count("\n") == 1
