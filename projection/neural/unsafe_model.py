"""Refuses models of strangers that would run code, or read files that are not theirs.

A folder of a model can bring Python code (``auto_map``), pickled weights, which run code when they are read, and names
of files that lie elsewhere. Nothing of that is needed by the models of a known family, so all of it is refused before
any library opens the model.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.parsing import read_json

INDEX = "model.safetensors.index.json"
_SETTINGS = ("config.json", "tokenizer_config.json", "generation_config.json", "special_tokens_map.json", INDEX)
_LONGEST_NAME = 255
"""Bytes of the longest name that file systems allow; they fail on longer ones."""
ADAPTER, ADAPTER_WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
_KINDS: tuple[tuple[str, str, type, tuple[type, ...], str], ...] = (
    ("config.json", "id2label", dict, (str, int), "a mapping of numbers to labels"),
    ("config.json", "architectures", list, (str,), "a list of names"),
    (INDEX, "weight_map", dict, (str,), "a mapping of weights to files"),
)
"""Files with keys that are read here or in training: the kind of the value, that of its parts, and both in words."""
_UNUSED = "special_tokens_map_file"
"""A key that tokenizers write with a path of the machine they come from, and that nobody reads."""


def needs_code(name: str) -> str:
    """Describe a model that cannot run without code of its own.

    :param name: A folder, or an id on the Hub.
    :returns: The message of an error.
    """
    return (
        f"cannot load the model {name!r}: it brings Python code of its own (auto_map), and silverner never runs code "
        "of a model; choose a model of a family that the transformers package has itself, such as bert, xlm-roberta or "
        "nllb"
    )


def refuse_unsafe_model(name: str, *, revision: str | None = None) -> None:
    """Refuse a model that needs code of its own, or whose files name files elsewhere.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :raises DataError: saying what is refused, and what to do.
    :raises MissingFileError: when a file with its settings cannot be read.
    """
    if Path(name).is_dir():
        refuse_foreign_files(name, Path(name))
        _refuse_settings(name, Path(name))
    else:
        _refuse_cached(name, revision)


@cache
def _refuse_cached(name: str, revision: str | None) -> None:
    """Refuse the snapshot of a model on the Hub; the cache of the Hub's own library puts only links in it."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    folder = None
    for file in (*_SETTINGS, ADAPTER):
        try:
            folder = Path(hf_hub_download(name, file, revision=revision)).parent
        except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError):
            continue  # it is not there; what is needed and missing is named when the model is loaded
    if folder is not None:
        _refuse_settings(name, folder)


def refuse_foreign_files(name: str, folder: Path) -> None:
    """Refuse links out of the folder of a model, pipes and devices.

    :param name: What the recipe calls the model.
    :param folder: Its folder.
    :raises SilvernerError: naming the file.
    """
    inside = folder.resolve()
    blobs = inside.parents[1] / "blobs" if inside.parent.name == "snapshots" else inside
    for path in sorted(folder.rglob("*")):
        real = path.resolve()
        if not real.exists():
            raise MissingFileError(f"cannot load the model {name!r}: {path} is a link to nothing; copy the file there")
        mode = real.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise DataError(f"cannot load the model {name!r}: {path} is a pipe or a device, not a file")
        if not (real.is_relative_to(inside) or real.is_relative_to(blobs)):
            raise DataError(
                f"cannot load the model {name!r}: {path} is a link out of its folder; copy the file into the folder"
            )


def _refuse_settings(name: str, folder: Path) -> None:
    """Refuse settings that name code or files elsewhere."""
    if (folder / ADAPTER).is_file():
        raise DataError(
            f"the model {name!r} is an adapter ({ADAPTER}), which is a part of another model; merge it into that one "
            "(merge_and_unload of the peft package), and save the whole; or name that one under 'model' and this one "
            "under 'adapter', which aligners have"
        )
    settings = {file: _read(name, folder / file) for file in _SETTINGS if (folder / file).is_file()}
    _refuse_kinds(name, settings)
    config, tokenizer = settings.get("config.json", {}), settings.get("tokenizer_config.json", {})
    if "auto_map" in config and not _is_known_family(config.get("model_type")):
        raise DataError(needs_code(name))
    for key, value in all_keys(config):
        if key.removesuffix("_internal").endswith("implementation") and "/" in str(value):
            raise DataError(
                f"cannot load the model {name!r}: {key}: {value!r:.80} in config.json names a program on the Hub, and "
                "silverner never runs code of a model; remove that key"
            )
    files = {"config.json": [("transformers_weights", config.get("transformers_weights"))]}
    files["tokenizer_config.json"] = [
        *((key, value) for key, value in tokenizer.items() if key.endswith(("_file", "_spm")) and key != _UNUSED),
        *(("fast_tokenizer_files", value) for value in _listed(tokenizer.get("fast_tokenizer_files"))),
    ]
    files[INDEX] = [("weight_map", shard) for shard in _shards(settings.get(INDEX, {}))]
    for file, named in files.items():
        for key, value in named:
            _refuse_name(name, file, key, value)


def _refuse_kinds(name: str, settings: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse values of another kind; the libraries would fail on them in words of their own."""
    for file, key, whole, part, words in _KINDS:
        if (value := settings.get(file, {}).get(key)) is None:
            continue
        parts = value.values() if isinstance(value, dict) else value
        if not isinstance(value, whole) or not all(isinstance(one, part) for one in parts):
            raise _wrong_kind(name, file, key, value, words)
    labels = settings.get("config.json", {}).get("id2label") or {}
    if not all(number.isdecimal() for number in labels):
        raise _wrong_kind(name, "config.json", "id2label", labels, "a mapping of numbers to labels")
    longest = settings.get("tokenizer_config.json", {}).get("model_max_length")
    if longest is not None and (isinstance(longest, bool) or not isinstance(longest, int | float) or not longest >= 1):
        raise _wrong_kind(name, "tokenizer_config.json", "model_max_length", longest, "a number from 1 on")


def _wrong_kind(name: str, file: str, key: str, value: Any, words: str) -> DataError:
    return DataError(
        f"cannot load the model {name!r}: {key} in {file} is {value!r:.120}, not {words}; get the model again from "
        "where it was published"
    )


def indexed_files(name: str, path: Path) -> list[str]:
    """List the files of weights that the index of a model names.

    :param name: What the recipe calls the model.
    :param path: The index.
    :returns: Their names, each once.
    :raises SilvernerError: when it is no index, or names a file elsewhere.
    """
    index = _read(name, path)
    _refuse_kinds(name, {INDEX: index})
    for shard in _shards(index):
        _refuse_name(name, INDEX, "weight_map", shard)
    return _shards(index)


def _shards(index: Mapping[str, Any]) -> list[Any]:
    weights = index.get("weight_map")
    return list(dict.fromkeys(weights.values())) if isinstance(weights, dict) else []


def _refuse_name(name: str, file: str, key: str, value: Any) -> None:
    """Refuse the name of a file that lies elsewhere, and of weights that are pickled."""
    if value is None:
        return
    is_name = isinstance(value, str) and value not in ("", ".", "..") and "/" not in value and "\\" not in value
    if not is_name or len(value.encode(errors="replace")) > _LONGEST_NAME:
        raise DataError(
            f"cannot load the model {name!r}: {key} in {file} names {value!r:.120}, which is no file of its folder; "
            "get the model again from where it was published"
        )
    if key in ("weight_map", "transformers_weights") and not value.endswith(".safetensors"):
        raise DataError(
            f"cannot load the model {name!r}: {key} in {file} names {value!r:.120}; only weights as safetensors are "
            "read, because pickled ones can run code"
        )


def _read(name: str, path: Path) -> Mapping[str, Any]:
    """Read a file of settings."""
    try:
        settings = read_json(path, strict=False)
    except DataError as error:
        raise MissingFileError(f"cannot load the model {name!r}: {error}; fetch or copy the file again") from error
    if not isinstance(settings, dict):
        raise MissingFileError(f"cannot load the model {name!r}: {path} holds no keys; fetch or copy the file again")
    return settings


def _is_known_family(family: Any) -> bool:
    """Tell whether transformers has the code of a family of models itself."""
    from transformers import CONFIG_MAPPING

    return isinstance(family, str) and family in CONFIG_MAPPING


def all_keys(settings: Any) -> list[tuple[str, Any]]:
    """List all keys with their values, those of inner sections too.

    :param settings: What a file of JSON holds.
    """
    if isinstance(settings, list):
        return [pair for item in settings for pair in all_keys(item)]
    if not isinstance(settings, dict):
        return []
    return [pair for key, value in settings.items() for pair in ((key, value), *all_keys(value))]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
