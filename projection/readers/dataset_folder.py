"""Keeps a dataset inside its folder: links, paths that its files name, and columns that would open further files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.parsing import read_json, read_text
from silverner.projection.paths import name_fault, public_files

_HIDDEN_CARD = ".huggingface.yaml"
LARGEST_CARD = 16 << 20
"""The most bytes that a card may have; one of a hundred languages has a tenth of it."""
_FILE_KEYS = {
    **dict.fromkeys(("README.md", _HIDDEN_CARD), frozenset({"data_files", "data_dir"})),
    **dict.fromkeys(("dataset_dict.json", "state.json"), frozenset({"filename", "splits"})),
}
"""For every file that names further files, the keys that name them."""


def refuse_ways_out(folder: Path) -> None:
    """Refuse a folder with a link, a pipe or a device, and one that names an address or a file outside itself.

    :param folder: The folder of a dataset, which a stranger may have made.
    :raises DataError: naming what leads out.
    """
    names = [_HIDDEN_CARD]
    for name, why in public_files(folder):
        if why is not None:
            raise DataError(
                f"{folder}: {name!r:.120}: {why}; a dataset is read from plain files only; copy a folder of links, "
                f"such as the cache of the Hub, with: cp -rL {folder} COPY"
            )
        names.append(name)
    hidden = folder / _HIDDEN_CARD
    if hidden.is_symlink() or (hidden.exists() and not hidden.is_file()):
        raise DataError(f"{hidden} is no plain file; delete it")
    for name in names:
        file = folder / name
        if file.name in _FILE_KEYS and file.is_file():
            for path in _texts(_values(file), _FILE_KEYS[file.name]):
                _refuse_name(file, path)


def without_media(data: Any) -> Any:
    """Leave out columns of pictures, sound and the like: reading one opens a file or an address that the row names.

    :param data: A ``datasets.Dataset``.
    :returns: It without such columns.
    """
    return data.remove_columns([name for name, feature in data.features.items() if _opens_files(feature)])


def _opens_files(feature: Any) -> bool:
    if isinstance(feature, dict | list):
        return any(map(_opens_files, feature.values() if isinstance(feature, dict) else feature))
    return hasattr(feature, "decode_example") or (hasattr(feature, "feature") and _opens_files(feature.feature))


def _refuse_name(file: Path, path: str) -> None:
    why = "it is an address" if ":" in path else name_fault(path.removeprefix("./").removesuffix("/") or "x")
    if why is not None:
        raise DataError(f"{file} names the data file {path!r:.120}: {why}; a dataset is read from its own folder only")


def _texts(value: Any, keys: frozenset[str]) -> Iterator[str]:
    """Find every text below one of the keys; a part that an alias repeats is looked at once."""
    parts = [(value, False)]
    visited: set[tuple[int, bool]] = set()
    while parts:
        part, below = parts.pop()
        if isinstance(part, str) and below:
            yield part
        if isinstance(part, dict | list) and (id(part), below) not in visited:
            visited.add((id(part), below))
            pairs = part.items() if isinstance(part, dict) else ((None, item) for item in part)
            parts += [(item, below or key in keys) for key, item in pairs]


def _values(file: Path) -> Any:
    """Read a card as the library reads it, or a file of JSON or YAML."""
    import yaml
    from huggingface_hub import metadata_load

    try:
        if file.suffix == ".json":
            return read_json(file, strict=False)
        text = read_text(file, largest=LARGEST_CARD)  # the library reads a card without a bound
        return metadata_load(file) if file.suffix == ".md" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise DataError(f"{file} cannot be read ({error})") from error
