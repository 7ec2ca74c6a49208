from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoModelForMaskedLM, AutoModelForTokenClassification, AutoTokenizer

from silverner.cli import main
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.adapt.adaptation import Adaptation, adapt_model
from silverner.students.adapt.adaptation_text import text_of_file
from silverner.students.adapt.methods.lapt import Lapt
from silverner.students.adapt.settings import AdaptationSettings
from tests.students.corpora import Killed, same_weights, sentences, write_corpus
from tests.taggers import write_tagger
from tests.tiny import write_model


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A text, a corpus, an encoder without a head for masked words, one with it, and a tagger."""
    folder = tmp_path_factory.mktemp("adapt")
    lines = [" ".join(words) for words in sentences(24)] * 2
    (folder / "text.txt").write_text("".join(f"{line} {k}\n" for k, line in enumerate(lines)))
    write_corpus(folder / "corpus")
    write_model("bert", folder / "encoder")
    write_tagger("bert", folder / "tagger", learn=True)
    return folder


def _plan(home: Path, model: str | Path = "encoder", **more: Any) -> Adaptation:
    settings = AdaptationSettings(**{"epochs": 3, "rate": 1e-3, "rate_new": 5e-3, "batch": 8, "seed": 1, **more})
    text = text_of_file(home / "text.txt", "swh")
    return Adaptation(method=Lapt(), model=str(home / model), text=text, settings=settings, device="cpu")


@pytest.mark.parametrize("family", ["bert", "xlm-roberta", "roberta"])
def test_the_loss_of_masked_words_falls_in_every_family(family: str, home: Path, tmp_path: Path) -> None:
    write_model(family, tmp_path / "model")
    (tmp_path / "text.txt").write_text("".join(" ".join(words) + "\n" for words in sentences(5)) * 20)
    plan = _plan(home, tmp_path / "model", epochs=4, rate=1e-2, rate_new=1e-2)
    results = adapt_model(replace(plan, text=text_of_file(tmp_path / "text.txt", "swh")), tmp_path / "out")
    losses = [loss for _, loss in results["course"]["losses"]]
    assert len(losses) == 5
    assert losses[-1] == min(losses) < losses[0] - 0.5
    assert results["fresh_head"]
    model = AutoModelForMaskedLM.from_pretrained(tmp_path / "out")
    assert model.get_output_embeddings().weight is model.get_input_embeddings().weight
    AutoModel.from_pretrained(tmp_path / "out")
    Checkpoint(name=str(tmp_path / "out")).load("encoder")


def test_a_tagger_keeps_its_head(home: Path, tmp_path: Path) -> None:
    adapt_model(_plan(home, "tagger", epochs=1), tmp_path / "out")
    before, after = (AutoModelForTokenClassification.from_pretrained(f) for f in (home / "tagger", tmp_path / "out"))
    assert after.config.id2label == before.config.id2label
    assert torch.equal(after.classifier.weight, before.classifier.weight)
    assert torch.equal(after.classifier.bias, before.classifier.bias)
    first, second = (model.bert.encoder.layer[0].output.dense.weight for model in (before, after))
    assert not torch.equal(first, second)
    assert load_file(home / "tagger/model.safetensors").keys() == load_file(tmp_path / "out/model.safetensors").keys()
    assert AutoTokenizer.from_pretrained(tmp_path / "out").get_vocab()


def test_without_epochs_a_tagger_stays_as_it_is(home: Path, tmp_path: Path) -> None:
    results = adapt_model(_plan(home, "tagger", epochs=0), tmp_path / "out")
    assert same_weights(tmp_path / "out", home / "tagger")
    assert "pipeline_tag: token-classification" in (tmp_path / "out" / "README.md").read_text()
    assert results["course"] is None


def test_a_killed_run_goes_on_to_the_same_weights(home: Path, tmp_path: Path) -> None:
    whole = adapt_model(_plan(home), tmp_path / "whole")

    def kill(step: int, total: int, loss: float) -> None:
        if step == 9:
            raise Killed

    with pytest.raises(Killed):
        adapt_model(_plan(home), tmp_path / "killed", progress=kill)
    resumed = adapt_model(_plan(home), tmp_path / "killed")
    assert same_weights(tmp_path / "whole", tmp_path / "killed")
    assert resumed["resumed"]
    assert resumed["course"] == whole["course"]


def test_the_command_adapts_to_a_corpus(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    words = ["adapt", "lapt", "--model", str(home / "encoder"), "--data", str(home / "corpus"), "--lang", "swh"]
    assert (
        main(
            [*words, "--epochs", "1", "--mask-names", "0.5", "--held-out", "0.2", "--device", "cpu", "--out", str(out)]
        )
        == 0
    )
    shown = capsys.readouterr()
    assert shown.out == f"Written to {out}. Use it: silverner train STRATEGY --model {out} ...\n"
    assert "encoder has no head for masked words: a new one is tied to its embeddings" in shown.err
    assert json.loads((out / "results.json").read_text())["training"]["mask_names"] == 0.5
    card = (out / "README.md").read_text()
    assert "pipeline_tag: fill-mask" in card
    command = "silverner adapt lapt --model encoder --data corpus --lang swh --held-out 0.2 --epochs 1 --mask-names 0.5"
    assert f"| command | `{command}` |" in card


REFUSED = [
    ([], 2, "adapt needs a text of the language: --text FILE, or --data CORPUS"),
    (["--text", "x.txt", "--data", "corpus"], 2, "--text and --data both name the text of the language; give one"),
    (["--text", "{home}/no.txt"], 1, "error: cannot read {home}/no.txt: No such file or directory\n"),
    (["--text", "{home}/text.txt", "--split", "test"], 2, "--split test is for --data; a file of --text has no splits"),
    (["--text", "{home}/text.txt", "--freeze", "-1"], 2, "--freeze -1 cannot be; it must be a whole number from 0"),
    (["--text", "{home}/empty.txt"], 1, "empty.txt"),
    (["--text", "{home}/text.txt", "--mask-names", "0.5"], 2, "--mask-names needs the entities of a corpus"),
    (["--text", "{home}/text.txt", "--mask", "1.5"], 2, "--mask 1.5 is no share of the subwords"),
    (["--text", "{home}/text.txt", "--length", "3"], 2, "--length 3 is too short"),
    (
        ["--text", "{home}/text.txt", "--held-out", "0"],
        2,
        "--held-out 0 cannot be; it is a share of the text above 0 and up to 0.5",
    ),
    (["--text", "{home}/text.txt", "--held-out", "0.999"], 2, "--held-out 0.999 cannot be; it is a share of the text"),
    (["--text", "{home}/text.txt", "--rate-new", "1e30"], 2, "--rate-new 1e+30 cannot be; a learning rate is at most"),
    (["--text", "{home}/text.txt", "--out", "{home}/corpus"], 1, "holds no adapted model; adapt into another folder"),
]


@pytest.mark.parametrize(("words", "code", "message"), REFUSED)
def test_what_cannot_be_meant_gets_one_line(
    words: list[str], code: int, message: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "empty.txt").write_text("")
    begin = ["adapt", "lapt", "--model", str(home / "encoder"), "--lang", "swh", "--out", str(tmp_path / "out")]
    assert main([*begin, *(word.format(home=home) for word in words)]) == code
    shown = capsys.readouterr().err
    assert message.format(home=home) in shown
    assert shown.count("\n") == 1
