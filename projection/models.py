"""Loading neural models: safetensors only, no code from a hub, and one clear line when something is missing."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import Any

from projection.errors import MissingEngineError, MissingFileError


def need_neural() -> None:
    """Look for the packages neural engines need.

    :raises MissingEngineError: when one is not installed.
    """
    for package in ("torch", "transformers"):
        if importlib.util.find_spec(package) is None:
            raise MissingEngineError(f"the package {package!r} is not installed: pip install 'silverner[neural]'")


def load_encoder(name: str, *, revision: str | None = None) -> tuple[Any, Any]:
    """Load the encoder of a model and its tokenizer.

    Of an encoder-decoder (NLLB, M2M100, T5, Marian) only the encoder is kept.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :returns: Model in evaluation mode, and a fast tokenizer.
    :raises MissingFileError: when the weights are neither in the folder nor in the cache nor can be fetched.
    :raises MissingEngineError: when torch or transformers is not installed, or the tokenizer has no fast version.
    """
    need_neural()
    from transformers import AutoModel, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(name, revision=revision)
        if getattr(tokenizer, "add_prefix_space", None) is False:
            # Byte-level BPE takes words one by one only if each carries its space.
            tokenizer = AutoTokenizer.from_pretrained(name, revision=revision, add_prefix_space=True)
        model = AutoModel.from_pretrained(name, revision=revision, use_safetensors=True)
    except (OSError, ValueError) as error:
        reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise MissingFileError(
            f"cannot load the model {name!r} (revision {revision}): {reason} - fetch it once while online: "
            f"hf download {name}"
        ) from error
    if not tokenizer.is_fast:
        raise MissingEngineError(f"the tokenizer of {name!r} has no fast version, which tells words from subwords")
    return (model.get_encoder() if model.config.is_encoder_decoder else model).eval(), tokenizer


def model_signature(name: str, *, revision: str | None = None) -> str:
    """Name the exact weights of a model.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :returns: The hash of a folder's files, or the commit of the cached snapshot.
    :raises MissingFileError: when neither the folder nor a snapshot is there and none can be fetched.
    """
    folder = Path(name)
    if folder.is_dir():
        digest = hashlib.sha256()
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest.update(str(path.relative_to(folder)).encode() + b"\0")
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(hf_hub_download(name, "config.json", revision=revision)).parent.name
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise MissingFileError(
            f"no folder and no cached model {name!r} (revision {revision}): {reason} - fetch it once while online: "
            f"hf download {name}"
        ) from error
