"""Files that are either whole or not there, whenever the program is killed.

A file is written beside its place, flushed to the disk and renamed. What a killed program leaves is the file beside the
place: :func:`remove_temporaries` knows it by its name, and by its lock that no other program is writing it. The locks
of other machines cannot be relied on, so its name says where it is written.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import socket
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from silverner.projection.errors import OutputError, SilvernerError
from silverner.projection.parsing.text_file import open_regular

TEMPORARY_PREFIX = ".silverner-tmp."
"""How the name of a file begins that is still being written."""
_ABANDONED = 24 * 3600.0
"""Seconds after which a file of another machine is taken for what a killed program left."""


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file so that it is either whole or not there.

    :param path: Where it shall be.
    :param write: Writes it to the path it is given.
    :raises OutputError: when the disk is full or the folder cannot be written.
    """
    path = path.resolve()  # a link stays a link, to a new file
    with temporary_file(path) as temporary:
        write(temporary)
        publish(temporary, path)


@contextmanager
def temporary_file(path: Path) -> Iterator[Path]:
    """Make a file beside the place of another; it is removed at the end, unless it was renamed.

    :param path: The place of the other file, for messages too.
    :returns: The context; it gives the path of the empty file.
    :raises OutputError: when the disk is full or the folder cannot be written.
    """
    temporary: Path | None = None
    descriptor: int | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = _locked_temporary(path.parent)
        yield temporary
    except SilvernerError:
        raise  # what is written may itself fail to be read or made, and says so better
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}; what was finished before is kept: mend this and run again"
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if descriptor is not None:
            os.close(descriptor)


def publish(temporary: Path, path: Path) -> None:
    """Flush a finished file to the disk, and give it its name.

    :param temporary: The file, in the same folder as its place.
    :param path: Its place.
    """
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.chmod(0o644)
    temporary.replace(path)


@contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """Make a folder that is removed at the end; after a kill, :func:`remove_temporaries` removes it.

    :param parent: The folder it lies in.
    :returns: The context; it gives the path of the empty folder.
    :raises OutputError: when it cannot be made.
    """
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder, descriptor = _locked_folder(parent)
    except OSError as error:
        raise OutputError(f"cannot write into {parent}: {error.strerror or error}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # some file systems keep files that are still mapped
        os.close(descriptor)


def _locked_temporary(folder: Path) -> tuple[int, Path]:
    """Make a temporary file that :func:`remove_temporaries` leaves alone until its descriptor is closed."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=f"{TEMPORARY_PREFIX}{_machine()}.", dir=folder)
        with suppress(OSError):  # some file systems have no locks: nobody can take this one's, so nobody removes it
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor, Path(name)
        os.close(descriptor)  # removed between the two calls above


def _locked_folder(parent: Path) -> tuple[Path, int]:
    """Make a temporary folder; the lock of a file in it keeps it from being removed."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=parent))
        try:
            return folder, _locked_temporary(folder)[0]
        except FileNotFoundError:
            continue  # removed between the two calls above


def remove_temporaries(folder: Path, *, folders: bool = False) -> None:
    """Remove the temporary files that killed programs left in a folder; those of a program at work stay.

    :param folder: The folder; its own folders are not searched.
    :param folders: Whether to remove temporary folders too.
    """
    if not folder.is_dir():
        return
    for entry in os.scandir(folder):
        if entry.name.startswith(TEMPORARY_PREFIX):
            with suppress(OSError):  # it is being written, or is another user's: the work of this one does not need it
                if entry.is_file(follow_symlinks=False):
                    if not _may_be_written_elsewhere(entry):
                        _remove_unlocked(Path(entry.path))
                elif folders and entry.is_dir(follow_symlinks=False):
                    remove_temporaries(Path(entry.path))
                    if not any(Path(entry.path).glob(f"{TEMPORARY_PREFIX}*")):
                        shutil.rmtree(entry.path)


def _may_be_written_elsewhere(entry: os.DirEntry[str]) -> bool:
    """Tell whether another machine, whose locks may not be seen here, can still be writing a temporary file."""
    machine, dot, _ = entry.name.removeprefix(TEMPORARY_PREFIX).partition(".")
    return dot == "." and machine != _machine() and time.time() - entry.stat().st_mtime < _ABANDONED


def _machine() -> str:
    """Return the name of this machine, without what a file name should not have."""
    return re.sub(r"[^A-Za-z0-9-]", "_", socket.gethostname())


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
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file atomically, as :func:`write_atomically` does.

    :param path: Where it shall be.
    :param content: Its content.
    :raises OutputError: when it cannot be written.
    """

    def write(temporary: Path) -> None:
        temporary.write_bytes(content)

    write_atomically(path, write)


def copy_atomically(origin: Path, path: Path) -> None:
    """Copy a file atomically, as :func:`write_atomically` does.

    :param origin: The file.
    :param path: Where its copy shall be.
    :raises OutputError: when it cannot be written.
    """

    def write(temporary: Path) -> None:
        shutil.copyfile(origin, temporary)

    write_atomically(path, write)


def file_hash(path: Path) -> str:
    """Hash the bytes of a file.

    :param path: The file.
    :returns: SHA-256 as 64 hexadecimal digits.
    """
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
