"""What publishing a folder would change: files to write, files to delete, the tag."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.dataset_cards.hub.repository import RemoteFile
from silverner.dataset_cards.release.history import CHANGELOG

PRIVATE = frozenset({"build.log"})
"""Files of a corpus folder that stay at home."""
KEPT = frozenset({".gitattributes"})
"""Files of the repository that are the Hub's own."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file to publish: where it lies, its size, and the two hashes the Hub may know it by."""

    path: Path
    size: int
    sha256: str
    git: str

    def is_the(self, other: RemoteFile) -> bool:
        """Tell whether a file on the Hub has the same content."""
        return self.sha256 == other.sha256 if other.sha256 is not None else self.git == other.git


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one commit would do.

    :param tag: The tag to follow it.
    :param parent: The commit it is made on; ``None`` where there is no repository yet.
    :param write: Files to add or replace.
    :param delete: Files to remove.
    :param unchanged: Files that are there already.
    """

    tag: str
    parent: str | None
    write: Mapping[str, LocalFile]
    delete: Sequence[str]
    unchanged: Sequence[str]

    @property
    def empty(self) -> bool:
        """Whether the data on the Hub is that of the folder already; its changelog alone is no change."""
        return not (set(self.write) - {CHANGELOG}) and not self.delete

    def lines(self) -> list[str]:
        """Say it for people."""
        lines = [f"write   {name}  ({file.size:,} bytes)" for name, file in sorted(self.write.items())]
        lines += [f"delete  {name}" for name in sorted(self.delete)]
        total = sum(file.size for file in self.write.values())
        lines.append(f"{len(self.write)} files to write ({total:,} bytes), {len(self.delete)} to delete, "
                     f"{len(self.unchanged)} unchanged; tag {self.tag}")  # fmt: skip
        return lines


def local_files(folder: Path) -> dict[str, LocalFile]:
    """Read what a folder would publish: everything but hidden files and the build log.

    :param folder: A corpus folder.
    :returns: The files by their path in the repository.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in PRIVATE and not any(part.startswith(".") for part in name.split("/")):
            found[name] = _local(path)
    return found


def _local(path: Path) -> LocalFile:
    sha256, size = hashlib.sha256(), path.stat().st_size
    git = _git(size)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            sha256.update(chunk)
            git.update(chunk)
    return LocalFile(path, size, sha256.hexdigest(), git.hexdigest())


def of_bytes(path: Path, content: bytes) -> LocalFile:
    """Describe a file by what it will hold.

    :param path: Where it will lie.
    :param content: Its content.
    :returns: The file.
    """
    git = _git(len(content))
    git.update(content)
    return LocalFile(path, len(content), hashlib.sha256(content).hexdigest(), git.hexdigest())


def _git(size: int) -> Any:
    """Begin the hash git gives a file."""
    return hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)


def make_plan(
    local: Mapping[str, LocalFile], remote: Mapping[str, RemoteFile], *, parent: str | None, tag: str
) -> Plan:
    """Compare a folder with a repository.

    :param local: What the repository shall hold.
    :param remote: What it holds.
    :param parent: The commit that holds it.
    :param tag: The tag of the release.
    :returns: The plan; nothing is done.
    """
    same = [name for name, file in local.items() if name in remote and file.is_the(remote[name])]
    return Plan(
        tag=tag,
        parent=parent,
        write={name: file for name, file in local.items() if name not in same},
        delete=[name for name in remote if name not in local and name not in KEPT],
        unchanged=same,
    )
