"""The shard store: finished work on disk, found again by signature.

Every file is written beside its place, flushed to the disk and renamed, so a file that exists is whole, whenever the
program was killed. What a killed program leaves is the file beside the place: :func:`remove_temporaries` knows it by
its name, and by its lock that nobody of this program is writing it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from silverner.projection.errors import DataError, MissingFileError, OutputError, SilvernerError
from silverner.projection.parsing import read_json

LAYOUT = 1
"""Version of the layout; part of the path, so an old store is never misread."""
TEMPORARY_PREFIX = ".silverner-tmp."
"""How the name of a file begins that is still being written."""


def write_atomically(path: Path, write: Callable[[Path], None], *, keep: bool = False) -> None:
    """Write a file so that it is either whole or not there.

    :param path: Where it shall be.
    :param write: Writes it to the path it is given.
    :param keep: Keep a file that another run put there meanwhile, instead of replacing it.
    :raises OutputError: when the disk is full or the folder cannot be written.
    """
    temporary: Path | None = None
    descriptor: int | None = None
    path = path.resolve()  # a link stays a link, to a new file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = _locked_temporary(path.parent)
        write(temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        if keep:
            with suppress(FileExistsError):
                path.hardlink_to(temporary)
        else:
            temporary.replace(path)
            temporary = None
    except SilvernerError:
        raise  # what is written may itself fail to be read or made, and says so better
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}; what was finished before is kept"
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if descriptor is not None:
            os.close(descriptor)


def _locked_temporary(folder: Path) -> tuple[int, Path]:
    """Make a temporary file that :func:`remove_temporaries` leaves alone until its descriptor is closed."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=folder)
        with suppress(OSError):  # some file systems have no locks: nobody can take this one's, so nobody removes it
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor, Path(name)
        os.close(descriptor)  # removed between the two calls above


def remove_temporaries(folder: Path) -> None:
    """Remove the temporary files that killed programs left in a folder; those of a program at work stay.

    :param folder: The folder; its own folders are not searched.
    """
    if not folder.is_dir():
        return
    for entry in os.scandir(folder):
        if entry.name.startswith(TEMPORARY_PREFIX) and entry.is_file(follow_symlinks=False):
            with suppress(OSError):  # it is being written, or is another user's: the work of this one does not need it
                _remove_unlocked(Path(entry.path))


def _remove_unlocked(path: Path) -> None:
    """Remove a regular file unless another program has locked it."""
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically, as :func:`write_atomically` does.

    :param path: Where it shall be.
    :param text: Its content.
    :raises OutputError: when it cannot be written.
    """

    def write(temporary: Path) -> None:
        temporary.write_text(text, encoding="utf-8")

    write_atomically(path, write)


def copy_atomically(origin: Path, path: Path, *, keep: bool = False) -> None:
    """Copy a file atomically, as :func:`write_atomically` does.

    :param origin: The file.
    :param path: Where its copy shall be.
    :param keep: Keep a file that is there already.
    :raises OutputError: when it cannot be written.
    """

    def write(temporary: Path) -> None:
        shutil.copyfile(origin, temporary)

    write_atomically(path, write, keep=keep)


def file_hash(path: Path) -> str:
    """Hash the bytes of a file.

    :param path: The file.
    :returns: SHA-256 as 64 hexadecimal digits.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class ShardStore:
    """Shards, artefacts and small facts of stages, below one folder."""

    def __init__(self, root: Path) -> None:
        """Use a folder; it is made when something is written.

        :param root: The folder.
        """
        self.root = root / f"v{LAYOUT}"

    def folder(self, stage: str, signature: str) -> Path:
        """Return the folder of a stage with a signature."""
        return self.root / f"{stage}-{signature}"

    def shard(self, stage: str, signature: str, index: int) -> Path:
        """Return the path of a shard."""
        return self.folder(stage, signature) / f"{index:06d}.parquet"

    def write_shard(self, path: Path, table: pa.Table) -> None:
        """Write one shard.

        :param path: As :meth:`shard` gives it.
        :param table: Its rows.
        :raises OutputError: when it cannot be written.
        """
        write_atomically(path, lambda temporary: pq.write_table(table, temporary, compression="zstd"))

    def read_shard(self, path: Path, columns: list[str] | None = None) -> pa.Table:
        """Read one shard.

        :param path: As :meth:`shard` gives it.
        :param columns: The columns wanted; all if left out.
        :returns: Its rows.
        :raises OutputError: when the file is damaged, with what to do.
        """
        try:
            return pq.read_table(path, columns=columns)
        except (OSError, pa.ArrowException) as error:
            raise OutputError(f"the stored shard {path} cannot be read ({error}); delete it and run again") from error

    def write_facts(self, stage: str, signature: str, facts: dict[str, Any]) -> None:
        """Write the facts that say a stage's folder is complete."""
        write_text(self.folder(stage, signature) / "facts.json", json.dumps(facts, sort_keys=True, indent=1) + "\n")

    def facts(self, stage: str, signature: str) -> dict[str, Any] | None:
        """Return those facts, or ``None`` where the stage is not complete."""
        path = self.folder(stage, signature) / "facts.json"
        if not path.is_file():
            return None
        try:
            facts: dict[str, Any] = read_json(path)
        except (DataError, MissingFileError) as error:
            raise OutputError(
                f"the stored facts {path} cannot be read ({error}); delete the file and run again"
            ) from error
        return facts
