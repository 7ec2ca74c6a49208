"""An adapter changes a model as the package peft does, and one that does not fit is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModel

from silverner.projection.alignment.awesome import AwesomeSettings
from silverner.projection.errors import DataError, MissingFileError, SilvernerError, UsageError
from silverner.projection.neural.adapter import Adapter
from silverner.projection.neural.checkpoint import Checkpoint
from tests.llm_server import engine_context
from tests.tiny import write_model

peft = pytest.importorskip("peft", reason="needs the extra: pip install 'silverner[lora]'")
torch.set_num_threads(1)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model("nllb", tmp_path_factory.mktemp("adapter") / "nllb")


def write_adapter(model: Any, folder: Path, layers: tuple[str, str] = ("fc1", "fc2"), **more: Any) -> Any:
    """Write an adapter of the two wide layers of every block, as TransAlign has it, with matrices that do something."""
    torch.manual_seed(3)
    whole = peft.get_peft_model(model, peft.LoraConfig(r=4, lora_alpha=16, target_modules=list(layers), **more))
    with torch.no_grad():
        for name, weights in whole.named_parameters():
            if "lora_B" in name:
                weights.normal_()
    whole.save_pretrained(folder)
    return whole.eval()


def hidden_of(encoder: Any) -> Any:
    with torch.inference_mode():
        return encoder(input_ids=torch.tensor([[5, 6, 7, 8]])).last_hidden_state


@pytest.mark.parametrize("trained", ["the encoder", "the whole model"])
def test_the_encoder_is_that_of_peft(model: Path, tmp_path: Path, trained: str) -> None:
    whole = AutoModel.from_pretrained(model, trust_remote_code=False).eval()
    plain = hidden_of(whole.get_encoder())
    adapted = write_adapter(whole if trained == "the whole model" else whole.get_encoder(), tmp_path / "adapter")
    expected = hidden_of(adapted.get_encoder() if trained == "the whole model" else adapted)
    checkpoint = Checkpoint(name=str(model), device="cpu", adapter=Adapter(name=str(tmp_path / "adapter")))
    checkpoint.check()
    encoder, _ = checkpoint.load("encoder")
    assert torch.allclose(hidden_of(encoder), expected, atol=1e-5)
    assert not torch.allclose(expected, plain, atol=1e-2)
    assert not any("lora" in name for name, _ in encoder.named_parameters())
    assert checkpoint.settings() != Checkpoint(name=str(model), device="cpu").settings()


def test_the_matrices_of_some_blocks_of_bert(tmp_path: Path) -> None:
    """TransAlign's adapters of BERT's build name ``output.dense``, which is a layer of the attention, too."""
    model = write_model("bert", tmp_path / "bert")
    layers = ("intermediate.dense", "output.dense")
    adapted = write_adapter(
        AutoModel.from_pretrained(model, trust_remote_code=False),
        tmp_path / "adapter",
        layers,
        layers_to_transform=[0, 2],
    )
    adapter = Adapter(name=str(tmp_path / "adapter"))
    before, _ = Checkpoint(name=str(model), device="cpu").load("encoder")
    after, _ = Checkpoint(name=str(model), device="cpu", adapter=adapter).load("encoder")
    changed = {name for name, weights in after.state_dict().items() if not before.state_dict()[name].equal(weights)}
    parts = ("attention.output", "intermediate", "output")
    assert changed == {f"encoder.layer.{k}.{part}.dense.weight" for k in (0, 2) for part in parts}
    expected = adapted.merge_and_unload().state_dict()
    assert all(expected[name].equal(weights) for name, weights in after.state_dict().items())


def test_a_recipe_names_it_by_one_word(model: Path, tmp_path: Path) -> None:
    write_adapter(AutoModel.from_pretrained(model, trust_remote_code=False).get_encoder(), tmp_path / "adapter")
    settings = {"engine": "awesome", "model": str(model), "layer": 1, "device": "cpu"}
    context = engine_context(tmp_path)
    plain, adapted = (
        AwesomeSettings.model_validate({**settings, **more}).build(context) for more in ({}, {"adapter": "adapter"})
    )
    sentences = [["Ana", "visits", "New", "York"]], [["Ana", "visita", "Nueva", "York"]]
    assert plain.settings() != adapted.settings()
    assert plain.align(*sentences)[0].soft_forward != adapted.align(*sentences)[0].soft_forward


def _refused(folder: Path, error: type[SilvernerError], says: str) -> None:
    with pytest.raises(error, match=says):
        Adapter(name=str(folder)).check()


def test_what_is_no_adapter_of_lora_is_refused(model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "adapter"
    write_adapter(AutoModel.from_pretrained(model, trust_remote_code=False).get_encoder(), folder)
    config = json.loads((folder / "adapter_config.json").read_text())
    (folder / "adapter_config.json").write_text(json.dumps({**config, "peft_type": "IA3"}))
    _refused(folder, DataError, r"adapter' is of the kind 'IA3'; allowed: LORA")
    (folder / "adapter_config.json").write_text(json.dumps(config))
    weights = (folder / "adapter_model.safetensors").read_bytes()
    (folder / "adapter_model.safetensors").write_bytes(weights[:100])
    _refused(folder, MissingFileError, "are broken")
    (folder / "adapter_model.safetensors").rename(folder / "adapter_model.bin")
    _refused(folder, MissingFileError, "has no adapter_model.safetensors; pickled weights are not read")
    _refused(tmp_path / "nowhere", MissingFileError, "there is no folder|no folder and no cached model")


def test_an_adapter_of_another_model_is_refused(model: Path, tmp_path: Path) -> None:
    write_adapter(AutoModel.from_pretrained(model, trust_remote_code=False).get_encoder(), tmp_path / "adapter")
    other = write_model("bert", tmp_path / "bert")
    checkpoint = Checkpoint(name=str(other), device="cpu", adapter=Adapter(name=str(tmp_path / "adapter")))
    with pytest.raises(UsageError, match=r"was not trained for this model: it changes the layer 'layers\.0\.fc1'"):
        checkpoint.load("encoder")


def test_an_adapter_without_some_matrices_is_refused(model: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    write_adapter(AutoModel.from_pretrained(model, trust_remote_code=False).get_encoder(), tmp_path / "adapter")
    file = tmp_path / "adapter/adapter_model.safetensors"
    matrices = load_file(file)
    del matrices[min(matrices)]
    save_file(matrices, file)
    checkpoint = Checkpoint(name=str(model), device="cpu", adapter=Adapter(name=str(tmp_path / "adapter")))
    with pytest.raises(
        UsageError, match=r"does not fit the model: layers\.0\.fc1\.lora_A\.weight is only in one of the"
    ):
        checkpoint.load("encoder")
