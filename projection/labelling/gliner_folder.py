"""Reads what a GLiNER model is, refuses one that would run code or fetch anything else, and loads the others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError, MissingFileError, UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.model_files import check_tokenizer_files, check_weight_files
from silverner.projection.neural.safe_loading import silent_transformers
from silverner.projection.neural.unsafe_model import all_keys, needs_code, refuse_unsafe_model
from silverner.projection.parsing import read_json

CONFIG = "gliner_config.json"
_FILES = ("*.json", "*.safetensors", "*.txt", "*.model")
"""The files of a model on the Hub that are fetched: no pickled weights, and no code."""
_OTHER_KINDS = ("labels_encoder", "labels_decoder", "relations_layer")
_TOKENIZER = "tokenizer_config.json"
_SAVE_AGAIN = (
    "on a machine where you trust the model, save it with all it needs: "
    "GLiNER.from_pretrained(MODEL).save_pretrained(FOLDER, safe_serialization=True); then name that folder"
)


def read_gliner_config(name: str, path: Path) -> Mapping[str, Any]:
    """Read the settings of a model, and refuse those that reach beyond the model.

    :param name: What the recipe calls the model.
    :param path: Its ``gliner_config.json``.
    :returns: The settings.
    :raises SilvernerError: saying what is refused, and what to do.
    """
    if not path.is_file():
        raise MissingFileError(f"{name!r} is no GLiNER model: it has no {CONFIG}; choose another model")
    config = read_json(path, strict=False)
    if not isinstance(config, dict):
        raise MissingFileError(f"cannot load the model {name!r}: {CONFIG} holds no keys; fetch or copy the file again")
    for key, value in all_keys(config):
        if key == "auto_map":
            raise DataError(needs_code(name))
        if key.removesuffix("_internal").endswith("implementation") and "/" in str(value):
            raise DataError(
                f"cannot load the model {name!r}: {key}: {value!r:.80} in {CONFIG} names a program on the Hub, and "
                "silverner never runs code of a model; remove that key"
            )
    further_parts = [key for key in _OTHER_KINDS if config.get(key)]
    if further_parts or "streaming" in str(config.get("model_type")):
        kind = further_parts[0] if further_parts else "streaming"
        raise UsageError(
            f"the model {name!r} is a GLiNER of another kind ({kind}); models with one encoder of text and labels "
            "together are supported, such as gliner_multi-v2.1"
        )
    encoder = config.get("encoder_config")
    if not isinstance(encoder, dict):
        backbone = str(config.get("model_name"))
        raise MissingFileError(
            f"the model {name!r} says nothing of its encoder (encoder_config in {CONFIG}), so {backbone!r:.80} would "
            f"be fetched, too; {_SAVE_AGAIN}"
        )
    _check_encoder(name, config, encoder)
    return config


def _check_encoder(name: str, config: Mapping[str, Any], encoder: Mapping[str, Any]) -> None:
    """Refuse an encoder of an unknown family, and an adapter that lies where ``model_name`` points."""
    from transformers import CONFIG_MAPPING

    family = encoder.get("model_type", "deberta-v2")
    if not isinstance(family, str) or family not in CONFIG_MAPPING:
        raise DataError(
            f"cannot load the model {name!r}: its encoder is of the family {family!r:.80}, which the transformers "
            "package does not have; choose another model"
        )
    if (Path(str(config.get("model_name"))) / "adapter_config.json").exists():
        raise DataError(
            f"cannot load the model {name!r}: model_name in {CONFIG} points at the adapter "
            f"{str(config.get('model_name'))!r:.80} on this machine; {_SAVE_AGAIN}"
        )


def check_gliner_folder(name: str, folder: Path) -> None:
    """Refuse a folder with pickled weights alone, without a tokenizer, or with code.

    :param name: What the recipe calls the model.
    :param folder: The folder.
    :raises SilvernerError: saying what is refused, and what to do.
    """
    refuse_unsafe_model(str(folder))
    read_gliner_config(name, folder / CONFIG)
    if not (folder / "model.safetensors").is_file():
        raise MissingFileError(
            f"the model {name!r} has no weights as safetensors (model.safetensors), and pickled weights are not read, "
            f"because they can run code; {_SAVE_AGAIN}"
        )
    if not (folder / _TOKENIZER).is_file():
        raise MissingFileError(f"the model {name!r} has no tokenizer beside it ({_TOKENIZER}); {_SAVE_AGAIN}")
    if any(key == "auto_map" for key, _ in all_keys(read_json(folder / _TOKENIZER, strict=False))):
        raise DataError(needs_code(name))
    check_tokenizer_files(str(folder))
    check_weight_files(str(folder))


def load_gliner(checkpoint: Checkpoint) -> Any:
    """Load a model, in evaluation mode on its device.

    :param checkpoint: The model.
    :returns: A model of the package ``gliner``.
    :raises SilvernerError: when it cannot be fetched, is refused, or is broken.
    """
    import torch
    from gliner import GLiNER

    folder, device = _fetched(checkpoint), checkpoint.torch_device()
    check_gliner_folder(checkpoint.name, folder)
    precision = getattr(torch, checkpoint.decided_precision())
    try:
        with silent_transformers():
            model = GLiNER.from_pretrained(
                str(folder), local_files_only=True, map_location=str(device), dtype=precision
            )
    except Exception as error:  # a broken file makes the libraries raise errors of any type
        reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise MissingFileError(f"cannot load the model {checkpoint.name!r}: {reason:.300}") from error
    _check_weights(checkpoint.name, folder, set(model.model.state_dict()))
    return model.eval()


def _fetched(checkpoint: Checkpoint) -> Path:
    """Return the folder of a model; one of the Hub is fetched without pickled weights and code."""
    name, revision = checkpoint.name, checkpoint.revision
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=list(_FILES)))
    except OSError as error:
        reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise MissingFileError(f"cannot fetch the model {name!r} (revision {revision}): {reason:.300}") from error


def _check_weights(name: str, folder: Path, names: set[str]) -> None:
    """Refuse weights of another model: gliner would leave what is missing random."""
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", framework="pt") as file:
        stored = {*file.keys(), *(file.metadata() or {})}
    if missing := sorted(names - stored):
        raise UsageError(
            f"{name!r} lacks weights that its {CONFIG} asks for ({missing[0]} and {len(missing) - 1} more); get the "
            "model again from where it was published"
        )
