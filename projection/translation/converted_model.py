"""The hashes of a converted model: a store keeps it for months, and a flipped bit in its weights shows nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

from silverner.projection.chain.files import file_hash, write_text
from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.parsing import read_json

HASHES = "silverner-hashes.json"


def record_hashes(folder: Path) -> None:
    """Write the hash of every file of a folder into the folder.

    :param folder: The folder of a converted model; it has no folders in it.
    :raises OutputError: when the hashes cannot be written.
    """
    hashes = {path.name: file_hash(path) for path in sorted(folder.iterdir())}
    write_text(folder / HASHES, json.dumps(hashes, indent=1) + "\n")


def damaged_file(folder: Path) -> str | None:
    """Find a file of a converted model that is not as it was written.

    :param folder: The folder.
    :returns: The name of the first such file; ``None`` where all are whole.
    """
    try:
        hashes = read_json(folder / HASHES)
    except (DataError, MissingFileError):
        return HASHES
    if not isinstance(hashes, dict) or not hashes:
        return HASHES
    files = {path.name: path for path in folder.iterdir() if path.is_file() and path.name != HASHES}
    names = sorted(files.keys() | hashes.keys())
    return next((name for name in names if name not in files or file_hash(files[name]) != hashes.get(name)), None)
