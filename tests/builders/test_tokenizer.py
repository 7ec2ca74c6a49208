"""A recipe that names the tokenizer of another model: what the dry run, the manifest and the card say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from silverner import cli
from tests.tiny import write_parrot, write_seq2seq

torch.set_num_threads(1)
RECIPE = """
name: tuned
version: 1.0.0
license: cc0-1.0
method: marked
labels: [PER, LOC]
source: {language: eng, format: conll, files: eng.conll}
languages: [spa]
translator: {engine: seq2seq, model: tuned, license: mit, tokenizer: {model: nllb, legacy_behaviour: false}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("recipe")
    answer = "[Ana] visits [New York]."
    write_parrot(root / "nllb", "Ana visits New York.", read=[answer])
    write_parrot(root / "tuned", answer, tokenizer_of=root / "nllb")
    write_seq2seq("mbart", root / "mbart", steps=1)
    (root / "eng.conll").write_text("Ana B-PER\nvisits O\nNew B-LOC\nYork I-LOC\n. O\n")
    (root / "recipe.yaml").write_text(RECIPE)
    return root


def test_manifest_and_card_name_the_tokenizer(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    command = ["build", "recipe.yaml", "--out", "out", "--store", "store"]
    assert cli.main([*command, "--dry-run"]) == 0, capsys.readouterr().err
    assert "tokenizer of translator: nllb: only its tokenizer is used, mit, here (" in capsys.readouterr().out
    assert cli.main(command) == 0, capsys.readouterr().err
    facts = json.loads(Path("out/manifest.json").read_text())["languages"]["spa"]
    names = [(model["role"], model["name"], model["says"]) for model in facts["models"]]
    assert names == [("translator", "tuned", None), ("tokenizer of translator", "nllb", "only its tokenizer is used")]
    assert facts["recipe"]["translator"]["tokenizer"] == {"model": "nllb", "revision": None, "legacy_behaviour": False}
    assert "- tokenizer of translator: `nllb`, only its tokenizer is used, hash `" in Path("out/README.md").read_text()
    assert cli.main(["check", "out"]) == 0, capsys.readouterr().out


def test_the_dry_run_finds_the_tokenizer_of_another_model(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    change = ["--set", "translator.tokenizer=mbart"]
    assert cli.main(["build", "recipe.yaml", "--dry-run", "--store", "store", *change]) == 2
    assert "has only" in (error := capsys.readouterr().err)
    assert error.endswith("it belongs to another model\n")
    assert len(error.splitlines()) == 1
