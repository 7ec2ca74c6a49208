from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from silverner.projection.errors import MissingEngineError, UsageError
from silverner.projection.neural.adapter import merge_adapters
from silverner.students.adapt.adaptation import Adaptation, adapt_model
from silverner.students.adapt.adaptation_text import AdaptationText
from silverner.students.adapt.lora import add_lora
from silverner.students.adapt.masked_model import load_masked_model
from silverner.students.adapt.methods.lapt import Lapt
from silverner.students.adapt.methods.vocabulary import Vocabulary
from silverner.students.adapt.settings import AdaptationSettings
from silverner.students.corpus import Row
from tests.students.corpora import Killed, same_weights, sentences
from tests.taggers import write_tagger
from tests.tiny import write_model

ROWS = [Row(id=str(k), tokens=tuple(words), spans=()) for k, words in enumerate(sentences(5) * 12)]
TEXT = AdaptationText(name="text", language="swh", rows=ROWS)
QUICK = AdaptationSettings(epochs=2, rate=1e-3, rate_new=2e-2, batch=8, lora=2)


@pytest.mark.parametrize("family", ["bert", "xlm-roberta"])
def test_merged_matrices_say_the_same_in_an_ordinary_model(family: str, tmp_path: Path) -> None:
    model = load_masked_model(str(write_model(family, tmp_path / "model")), device="cpu").model
    names, ids = list(model.state_dict()), torch.tensor([[2, 9, 8, 7, 3]])
    with torch.no_grad():
        before = model(input_ids=ids).logits
        add_lora(model, rank=2, learns_head=False)
        assert torch.equal(model(input_ids=ids).logits, before)
        for name, weights in model.named_parameters():
            assert weights.requires_grad == (".lora_" in name)
            if ".lora_B." in name:
                weights.normal_(0, 0.1)
        model.eval()
        with_matrices = model(input_ids=ids).logits
        merge_adapters(model)
        assert list(model.state_dict()) == names
        assert torch.allclose(model(input_ids=ids).logits, with_matrices, atol=1e-6)
    assert not torch.allclose(with_matrices, before, atol=1e-3)


def test_only_layers_of_the_encoder_change(tmp_path: Path) -> None:
    write_tagger("bert", tmp_path / "tagger")
    plan = Adaptation(method=Lapt(), model=str(tmp_path / "tagger"), text=TEXT, settings=QUICK, device="cpu")
    results = adapt_model(plan, tmp_path / "out")
    before, after = (load_file(tmp_path / name / "model.safetensors") for name in ("tagger", "out"))
    assert before.keys() == after.keys()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert all(".layer." in name and name.endswith("weight") and "LayerNorm" not in name for name in changed)
    assert "lora 2" in (tmp_path / "out" / "README.md").read_text()
    losses = [loss for _, loss in results["course"]["losses"]]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("method", [Lapt(), Vocabulary(pieces=3)])
def test_a_killed_run_goes_on_to_the_same_weights(method: Any, tmp_path: Path) -> None:
    write_model("bert", tmp_path / "model")
    tokens = [("Žana", "qzq", *row.tokens) for row in ROWS]
    rows = [replace(row, tokens=words) for row, words in zip(ROWS, tokens, strict=True)]
    text = replace(TEXT, rows=rows)
    settings = replace(QUICK, lora=2 if method.name == "lapt" else None, freeze_embeddings=True)
    plan = Adaptation(method=method, model=str(tmp_path / "model"), text=text, settings=settings, device="cpu")
    adapt_model(plan, tmp_path / "whole")

    def kill(step: int, total: int, loss: float) -> None:
        if step == 9:
            raise Killed

    with pytest.raises(Killed):
        adapt_model(plan, tmp_path / "killed", progress=kill)
    adapt_model(plan, tmp_path / "killed")
    assert same_weights(tmp_path / "whole", tmp_path / "killed")


def test_a_text_that_the_model_cannot_read_is_refused(tmp_path: Path) -> None:
    write_model("bert", tmp_path / "model")
    rows = [Row(id=str(k), tokens=("中", "文"), spans=()) for k in range(4)]
    plan = Adaptation(
        method=Lapt(), model=str(tmp_path / "model"), text=replace(TEXT, rows=rows), settings=replace(QUICK, lora=None)
    )
    with pytest.raises(UsageError, match="model can read no word of text: its vocabulary lacks the script; give it"):
        adapt_model(plan, tmp_path / "out")


def test_a_rank_above_the_width_of_a_layer_is_refused(tmp_path: Path) -> None:
    model = load_masked_model(str(write_model("bert", tmp_path / "model")), device="cpu").model
    with pytest.raises(
        UsageError, match=r"--lora 100000 is no smaller than the layers of this model, whose narrowest has"
    ):
        add_lora(model, rank=100_000, learns_head=False)


def test_the_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "peft" else find(name))
    write_model("bert", tmp_path / "model")
    plan = Adaptation(method=Lapt(), model=str(tmp_path / "model"), text=TEXT, settings=QUICK)
    with pytest.raises(MissingEngineError, match=r"'peft' is not installed: pip install 'silverner\[lora\]'"):
        adapt_model(plan, tmp_path / "out")
    with pytest.raises(UsageError, match="--lora keeps all layers as they are; leave --freeze out"):
        AdaptationSettings(lora=2, freeze=1)
