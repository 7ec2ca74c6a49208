"""The files of a store: on a local or shared folder here, on another file system in :mod:`.remote_files`.

Whatever the file system, a file is named by a path below one local folder. A remote store keeps under the same relative
name what it is asked to keep, and uses the local path for what an engine must read from a disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from silverner.projection.chain.files import publish, write_bytes
from silverner.projection.parsing.text_file import open_regular


class StoreFiles(Protocol):
    """The files of a store. What is written under a name is whole there, or its hash says that it is not.

    :ivar folder: The local folder below which files are named. Temporary files lie in it, too.
    :ivar models: The local folder for converted models.
    """

    @property
    def folder(self) -> Path: ...  # noqa: D102

    @property
    def models(self) -> Path: ...  # noqa: D102

    def shown(self, path: Path) -> str:
        """Return the name of a file for messages."""

    def is_seen_here(self) -> bool:
        """Tell whether this machine can see the store, as far as that is known without asking another one."""

    def read(self, path: Path) -> bytes:
        """Read a file.

        :raises FileNotFoundError: when it is not there.
        :raises OutputError: when a remote file system does not answer: nothing is known of the file then.
        :raises OSError: when the file is damaged.
        """

    def read_several(self, paths: Iterable[Path]) -> Iterator[bytes]:
        """Read several files, as :meth:`read` does, in this order."""

    def write(self, path: Path, content: bytes) -> None:
        """Write a file; one that is there is replaced.

        :raises OutputError: when it cannot be written.
        """

    def publish(self, temporary: Path, path: Path) -> None:
        """Give a finished local file its name, and put it into the store."""

    def bring(self, path: Path) -> None:
        """Bring an artefact to its local path, unless it is there and whole.

        :raises FileNotFoundError: when the store does not have it.
        :raises OutputError: when a remote file system does not answer.
        """

    def names(self, folder: Path) -> list[str]:
        """List the names in a folder, in no order; none where there is no such folder."""

    def discard(self, path: Path) -> None:
        """Remove a damaged artefact, here alone: another program may be putting it into a remote store."""


class LocalFiles:
    """Files in a folder of this machine, or in one that several machines share."""

    def __init__(self, folder: Path, *, models: Path) -> None:
        """Use a folder; it is made when something is written."""
        self.folder, self.models = folder, models

    def shown(self, path: Path) -> str:
        """Return the path, see :class:`StoreFiles`."""
        return str(path)

    def is_seen_here(self) -> bool:
        """Tell whether the folder is there, see :class:`StoreFiles`."""
        return self.folder.is_dir()

    def read(self, path: Path) -> bytes:
        """Read a file; a pipe or a device in its place would never end. See :class:`StoreFiles`."""
        with open_regular(path) as file:
            return file.read()

    def read_several(self, paths: Iterable[Path]) -> Iterator[bytes]:
        """Read one file after the other, see :class:`StoreFiles`."""
        return map(self.read, paths)

    def write(self, path: Path, content: bytes) -> None:
        """Write a file atomically; a folder in its place is damage. See :class:`StoreFiles`."""
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        write_bytes(path, content)

    def publish(self, temporary: Path, path: Path) -> None:
        """Rename a finished file, see :class:`StoreFiles`."""
        publish(temporary, path)

    def bring(self, path: Path) -> None:
        """Do nothing: an artefact is at its path, see :class:`StoreFiles`."""

    def names(self, folder: Path) -> list[str]:
        """List a folder, see :class:`StoreFiles`."""
        return [path.name for path in folder.glob("*")]

    def discard(self, path: Path) -> None:
        """Remove an artefact, or a folder in its place, see :class:`StoreFiles`."""
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
