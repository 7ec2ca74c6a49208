"""The shard store: finished work on disk, found again by signature.

A program that is killed leaves no half-written file (:mod:`~silverner.projection.chain.files`), but a disk can damage
a file later. So every file of the store has its hash: shards and the number of rows are sealed
(:mod:`~silverner.projection.chain.sealed`), and an artefact has the hash in its name.
"""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from silverner.projection.chain.files import file_hash, publish, remove_temporaries, temporary_file, write_bytes
from silverner.projection.chain.sealed import seal, unseal
from silverner.projection.errors import DataError, OutputError
from silverner.projection.parsing.text_file import open_regular

LOG = logging.getLogger("silverner")
LAYOUT = 2
"""Version of the layout; part of the path, so an old store is never misread."""


class ShardStore:
    """Shards, artefacts and counts of stages, below one folder."""

    def __init__(self, root: Path) -> None:
        """Use a folder; it is made when something is written.

        :param root: The folder.
        """
        self.root = root / f"v{LAYOUT}"

    def remove_temporaries(self) -> None:
        """Remove what killed programs were writing here."""
        remove_temporaries(self.root, folders=True)
        for folder in self.root.glob("*/"):
            remove_temporaries(folder)

    def folder(self, stage: str, signature: str) -> Path:
        """Return the folder of a stage with a signature."""
        return self.root / f"{stage}-{signature}"

    def shard(self, stage: str, signature: str, index: int) -> Path:
        """Return the path of a shard."""
        return self.folder(stage, signature) / f"{index:06d}.shard"

    def write_shard(self, path: Path, table: pa.Table) -> None:
        """Write one shard.

        :param path: As :meth:`shard` gives it.
        :param table: Its rows.
        :raises OutputError: when it cannot be written.
        """
        content = pa.BufferOutputStream()
        pq.write_table(table, content, compression="zstd")
        write_bytes(path, seal(content.getvalue().to_pybytes()))

    def read_shard(self, path: Path, columns: list[str] | None = None) -> pa.Table:
        """Read one shard.

        :param path: As :meth:`shard` gives it.
        :param columns: The columns wanted; all if left out.
        :returns: Its rows.
        :raises OutputError: when the file is damaged, with what to do.
        """
        try:
            content = unseal(_read_bytes(path))
            if content is not None:
                return pq.read_table(pa.BufferReader(content), columns=columns)
            why: object = "its content is not what was written"
        except (OSError, DataError, pa.ArrowException) as error:
            why = error
        raise OutputError(f"the stored shard {path} cannot be read ({why}); run again: it is made again")

    def has_shard(self, path: Path) -> bool:
        """Tell whether a shard is there and whole; a damaged one is named in the log, and counts as not there.

        :param path: As :meth:`shard` gives it.
        """
        return _read_sealed(path) is not None

    def count_shards(self, stage: str, signature: str, *, most: int) -> int:
        """Count the shards that are there, of the first ``most``; their content is not read."""
        names = self.folder(stage, signature).glob("*.shard")
        return sum(path.stem.isdecimal() and int(path.stem) < most for path in names)

    def write_rows(self, stage: str, signature: str, rows: int) -> None:
        """Write how many rows the shards of the source have together: it says that they are complete."""
        write_bytes(self.folder(stage, signature) / "rows", seal(str(rows).encode()))

    def rows(self, stage: str, signature: str) -> int | None:
        """Return that number; ``None`` where the shards are not complete, or the number is damaged."""
        content = _read_sealed(self.folder(stage, signature) / "rows")
        return int(content) if content is not None and re.fullmatch(rb"[0-9]{1,15}", content) else None

    def add_artefact(self, stage: str, signature: str, write: Callable[[Path], None], *, kind: str) -> Path:
        """Write an artefact under a name that holds its hash.

        :param stage: The stage.
        :param signature: Its signature before fitting.
        :param write: Writes it to the path it is given.
        :param kind: How its name begins: artefacts of several kinds can lie side by side.
        :returns: Its path.
        :raises OutputError: when it cannot be written.
        """
        folder = self.folder(stage, signature)
        with temporary_file(folder / kind) as temporary:
            write(temporary)
            path = folder / f"{kind}-{file_hash(temporary)}"
            publish(temporary, path)
        return path

    def artefacts(self, stage: str, signature: str, *, kind: str) -> list[Path]:
        """List the artefacts of a kind, in the order of their names; nothing is read."""
        return sorted(self.folder(stage, signature).glob(f"{kind}-*"))

    def has_artefact(self, path: Path) -> bool:
        """Tell whether an artefact is there and whole; a damaged one is named in the log and removed.

        :param path: As :meth:`artefacts` gives it.
        """
        try:
            if file_hash(path) == artefact_hash(path):
                return True
            why: object = "its content is not what was written"
        except FileNotFoundError:
            return False
        except (OSError, DataError) as error:
            why = error
        LOG.warning("the stored artefact %s is damaged (%s) and not used", path, why)
        _discard(path)
        return False


def artefact_hash(path: Path) -> str:
    """Return the hash in the name of an artefact.

    :param path: As :meth:`ShardStore.artefacts` gives it.
    """
    return path.name.rpartition("-")[2]


def _read_sealed(path: Path) -> bytes | None:
    """Read a sealed file; ``None`` when it is not there, or is damaged, which is logged."""
    try:
        content = unseal(_read_bytes(path))
        why: object = "its content is not what was written"
    except FileNotFoundError:
        return None
    except (OSError, DataError) as error:
        content, why = None, error
    if content is None:
        _discard(path)
        LOG.warning("the stored file %s is damaged (%s); it is made again", path, why)
    return content


def _read_bytes(path: Path) -> bytes:
    """Read a file of the store; a pipe or a device in its place would never end."""
    with open_regular(path) as file:
        return file.read()


def _discard(path: Path) -> None:
    """Remove what stands at the place of a file of the store, so that the file can be made again."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
