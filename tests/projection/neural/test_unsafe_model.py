"""Models of strangers: nothing of them runs, and no file elsewhere is read."""

from __future__ import annotations

import builtins
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForTokenClassification

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.neural.checkpoint import Checkpoint
from tests.taggers import write_tagger

torch.set_num_threads(1)

INDEX = "model.safetensors.index.json"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tagger("bert", tmp_path_factory.mktemp("whole") / "tagger")


def _with(file: str, **keys: Any) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / file
        settings = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps({**settings, **keys}))

    return spoil


def _index(*shards: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / "model.safetensors").rename(folder / "model-00001.safetensors")
        _with(INDEX, metadata={}, weight_map={f"weight.{k}": shard for k, shard in enumerate(shards)})(folder)

    return spoil


def _pipe(folder: Path) -> None:
    (folder / "vocab.txt").unlink(missing_ok=True)
    os.mkfifo(folder / "vocab.txt")


def _link(folder: Path) -> None:
    (folder / "vocab.txt").unlink(missing_ok=True)
    (folder / "vocab.txt").symlink_to("/etc/hostname")


def _pickle_alone(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")


CODE = "it brings Python code of its own .auto_map., and silverner never runs code of a model; choose"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_with("config.json", model_type="evil", auto_map={"AutoConfig": "evil.Config"}), CODE),
        (_with("config.json", model_type=None, auto_map={"AutoModel": "other/repository--evil.Model"}), CODE),
        (
            _with("config.json", attn_implementation="evil/kernel"),
            "attn_implementation: 'evil/kernel' .* names a",
        ),
        (_with("config.json", text={"_attn_implementation_internal": "evil/k"}), "names a program on the Hub"),
        (
            _with("config.json", transformers_weights="../x.safetensors"),
            "names '../x.safetensors', which is no",
        ),
        (_with("config.json", transformers_weights="x.bin"), "names 'x.bin'; only weights as safetensors are read"),
        (
            _with("tokenizer_config.json", vocab_file="/etc/passwd"),
            "names '/etc/passwd', which is no file",
        ),
        (_with("tokenizer_config.json", source_spm="../x.spm"), "names '../x.spm', which is no file of its folder"),
        (_with("tokenizer_config.json", fast_tokenizer_files=["tokenizer./../../x.json"]), "which is no file of its"),
        (_with("adapter_config.json", base_model_name_or_path="/evil"), "is an adapter .*; merge it into that one"),
        (
            _index("model-00001.safetensors", "pytorch_model.bin"),
            "names 'pytorch_model.bin'; only weights as",
        ),
        (_index("../evil.safetensors"), "weight_map in .* names '../evil.safetensors', which is no file"),
        (_index("/evil.safetensors"), "names '/evil.safetensors', which is no file of its folder"),
        (
            _index("absent.safetensors"),
            "lacks absent.safetensors, which|No such file .*/absent.safetensors",
        ),
        (
            _with(INDEX, weight_map={"a": 3, "b": []}),
            "weight_map in .* is .'a': 3, 'b': .*, not a mapping of weights",
        ),
        (_with(INDEX, weight_map=[]), r"weight_map in .* is \[\], not a mapping of weights to files; get the model"),
        (_with("config.json", id2label=3), "id2label in config.json is 3, not a mapping of numbers to labels; get the"),
        (_with("config.json", id2label=["O"]), "id2label in config.json is .*, not a mapping of numbers to labels"),
        (_with("config.json", id2label={"0": ["O"]}), "id2label in config.json is .*, not a mapping of numbers"),
        (_with("config.json", id2label={"a": "O"}), "id2label in config.json is .*, not a mapping of numbers"),
        (_with("config.json", architectures=3), "architectures in config.json is 3, not a list of names"),
        (_with("config.json", architectures=[3]), r"architectures in config.json is \[3\], not a list of names"),
        *(
            (
                _with("tokenizer_config.json", model_max_length=value),
                f"model_max_length in .* is {value!r}, not a number from 1 on",
            )
            for value in ("x", -4, 0, True, float("nan"))
        ),
        (_pickle_alone, "has no weights as safetensors .*; pickled|no file named model.safetensors found"),
        (_pipe, "vocab.txt is a pipe or a device, not a file"),
        (_link, "vocab.txt is a link out of its folder; copy the file into the folder"),
        (lambda f: (f / "config.json").write_text("[" * 50_000), "lists and keys lie more than 50 levels"),
        (lambda f: (f / "special_tokens_map.json").write_text("3"), "special_tokens_map.json holds no keys"),
    ],
)
def test_a_model_that_runs_code_or_leaves_its_folder_is_refused(
    whole: Path, tmp_path: Path, spoil: Callable[[Path], object], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builtins, "input", lambda *_: pytest.fail("asked a question"))
    folder = Path(shutil.copytree(whole, tmp_path / "m"))
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    spoil(folder)
    for use in (Checkpoint.check, lambda model: model.load("tagger")):
        with pytest.raises((DataError, MissingFileError), match=message) as caught:
            use(Checkpoint(name=str(folder)))
        assert str(folder) in str(caught.value)
    assert not (tmp_path / "ran").exists()


def test_code_of_a_tokenizer_does_not_run(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "input", lambda *_: pytest.fail("asked a question"))
    folder = Path(shutil.copytree(whole, tmp_path / "m"))
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    (folder / "tokenizer.json").rename(folder / "spiece.model")
    _with("tokenizer_config.json", tokenizer_class="Evil", auto_map={"AutoTokenizer": ["evil.Evil", None]})(folder)
    with pytest.raises((DataError, MissingFileError), match="cannot load the model"):
        Checkpoint(name=str(folder)).tokenizer()
    assert not (tmp_path / "ran").exists()


def test_code_beside_a_model_of_a_known_family_is_left_alone(whole: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(whole, tmp_path / "m"))
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    _with("config.json", auto_map={"AutoConfig": "evil.C", "AutoModelForTokenClassification": "evil.M"})(folder)
    _with("tokenizer_config.json", special_tokens_map_file="/home/ana/special_tokens_map.json")(folder)
    model, _ = Checkpoint(name=str(folder)).load("tagger")
    assert type(model).__module__.startswith("transformers.")
    assert not (tmp_path / "ran").exists()


def test_weights_in_parts_and_links_inside_the_folder_are_read(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "m"
    model = AutoModelForTokenClassification.from_pretrained(whole)
    model.save_pretrained(folder, max_shard_size="20KB")
    assert (folder / INDEX).is_file()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(whole / name, folder / name)
    (folder / "tokenizer.json").rename(folder / "data.json")
    (folder / "tokenizer.json").symlink_to("data.json")
    Checkpoint(name=str(folder)).check()
    Checkpoint(name=str(folder)).load("tagger")


def test_a_snapshot_of_the_cache_is_read(whole: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "models--a--b" / "snapshots" / "0a1b"
    blobs = tmp_path / "models--a--b" / "blobs"
    shutil.copytree(whole, blobs)
    snapshot.mkdir(parents=True)
    for path in blobs.iterdir():
        (snapshot / path.name).symlink_to(f"../../blobs/{path.name}")
    Checkpoint(name=str(snapshot)).check()
