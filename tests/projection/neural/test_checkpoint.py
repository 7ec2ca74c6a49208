"""Model folders as they come: broken, cut off, mixed up. Each must be one clear line before any work is done."""

from __future__ import annotations

import io
import json
import logging
import math
import pickle
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from silverner.projection.errors import EngineError, MissingFileError, SilvernerError
from silverner.projection.labelling import Tagger
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.model_files import model_signature
from tests.taggers import write_tagger
from tests.tiny import FAMILIES, write_model

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tagger("bert", tmp_path_factory.mktemp("whole") / "tagger")


@pytest.mark.parametrize(
    ("gpu", "native", "device", "expected"),
    [
        (True, True, "auto", "bfloat16"),
        (True, True, "cuda", "bfloat16"),
        (True, True, "cpu", "float32"),
        (True, False, "auto", "float32"),  # a GPU that computes bfloat16 in float32
        (False, False, "auto", "float32"),
    ],
)
def test_auto_is_bfloat16_on_a_gpu_and_workers_take_what_was_decided(
    whole: Path, monkeypatch: pytest.MonkeyPatch, gpu: bool, native: bool, device: Any, expected: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: native or including_emulation)
    checkpoint = Checkpoint(name=str(whole), precision="auto", device=device)
    settings = checkpoint.settings()
    assert settings["precision"] == expected
    sent = pickle.dumps(checkpoint)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: not gpu)
    assert pickle.loads(sent).settings() == settings
    assert Checkpoint(name=str(whole), device=device).settings()["precision"] == "float32"


@pytest.mark.parametrize("family", ["bert", "xlm-roberta", "nllb"])
def test_models_attend_by_the_fused_kernel(tmp_path: Path, family: str) -> None:
    model, _ = Checkpoint(name=str(write_model(family, tmp_path / family))).load("encoder")
    assert model.config._attn_implementation == "sdpa"


def _tagger(folder: Path) -> Tagger:
    return Tagger(Checkpoint(name=str(folder)), labels=["PER", "LOC"], label_map={"MISC": "O"})


def _weights(folder: Path) -> Path:
    return folder / "model.safetensors"


def _nan(folder: Path) -> None:
    tensors = load_file(_weights(folder))
    tensors["classifier.bias"][0] = math.nan
    save_file(tensors, _weights(folder), metadata={"format": "pt"})


def _foreign_tokenizer(folder: Path) -> None:
    _, tokenizer = FAMILIES["nllb"]()
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        (folder / name).unlink(missing_ok=True)
    tokenizer.save_pretrained(folder)


def _without(*names: str) -> Callable[[Path], None]:
    return lambda folder: [(folder / name).unlink(missing_ok=True) for name in names] and None


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_without("model.safetensors"), "has no weights as safetensors .*; pickled weights are not read"),
        (_without("tokenizer.json", "vocab.txt"), "has no tokenizer beside it"),
        (lambda f: _weights(f).write_bytes(b""), "the weights .*model.safetensors are broken"),
        (
            lambda f: _weights(f).write_bytes(_weights(f).read_bytes()[:900]),
            "the weights .* are broken .*; fetch or copy",
        ),
        (lambda f: (f / "config.json").write_text("["), "cannot load the model"),
        (lambda f: (f / "config.json").write_text('{"model_type": 3}'), "cannot load the model"),
    ],
)
def test_a_broken_folder_is_found_before_any_work(
    whole: Path, tmp_path: Path, spoil: Callable[[Path], object], message: str
) -> None:
    folder = Path(shutil.copytree(whole, tmp_path / "m"))
    spoil(folder)
    with pytest.raises(MissingFileError, match=message):
        _tagger(folder).settings()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: (f / "tokenizer.json").write_text('{"model": 1}'), "cannot load the model"),
        (lambda f: (f / "tokenizer_config.json").write_text("[1]"), "cannot load the model"),
        (
            _foreign_tokenizer,
            r"the tokenizer beside .* has \d+ subwords and the model \d+; it belongs to another model",
        ),
        (_nan, r"returns numbers that are not finite \(NaN, infinite\)"),
    ],
)
def test_what_only_loading_shows_is_one_line_and_never_a_label(
    whole: Path, tmp_path: Path, spoil: Callable[[Path], object], message: str
) -> None:
    folder = Path(shutil.copytree(whole, tmp_path / "m"))
    spoil(folder)
    with pytest.raises((MissingFileError, SilvernerError), match=message):
        _tagger(folder).label([["Ana", "visits", "Kenya"]])


def test_weights_of_another_shape_are_refused(whole: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(whole, tmp_path / "m"))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "hidden_size": 16}))
    with pytest.raises((MissingFileError, EngineError), match="cannot load the model"):
        _tagger(folder).label([["Ana"]])


def test_the_signature_is_of_what_decides(whole: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(whole, tmp_path / "m"))
    before = model_signature(str(folder))
    (folder / ".cache/huggingface").mkdir(parents=True)
    (folder / ".cache/huggingface/config.json.metadata").write_text("downloaded just now")
    (folder / "README.md").write_text("another card")
    assert model_signature(str(folder)) == before
    (folder / "generation_config.json").write_text("{}")
    assert model_signature(str(folder)) != before


def test_a_model_says_what_computes_it(whole: Path) -> None:
    settings = Checkpoint(name=str(whole)).settings()
    assert set(settings) == {"model", "precision", "torch", "transformers"}
    assert torch.__version__.startswith(str(settings["torch"]))


@pytest.mark.parametrize("name", ["../../models/tagger", "/no/such/folder", "a/b/c", "org/.hidden--name"])
def test_a_folder_that_does_not_exist_is_not_asked_of_the_hub(name: str) -> None:
    with pytest.raises(MissingFileError, match=re.escape(f"there is no folder {name!r}, and it is no name of a model")):
        Checkpoint(name=name).check()


def test_the_command_that_fetches_a_model_names_its_revision() -> None:
    with pytest.raises(MissingFileError, match=r"hf download a/b --revision refs/pr/3$"):
        Checkpoint(name="a/b", revision="refs/pr/3").check()
    with pytest.raises(MissingFileError, match=r"hf download a/b$"):
        Checkpoint(name="a/b", revision="main").check()


def test_loading_a_part_of_a_model_reports_nothing(whole: Path) -> None:
    reports = io.StringIO()
    handler = logging.StreamHandler(reports)
    logging.getLogger("transformers").addHandler(handler)
    try:
        Checkpoint(name=str(whole)).load("encoder")
    finally:
        logging.getLogger("transformers").removeHandler(handler)
    assert reports.getvalue() == ""
