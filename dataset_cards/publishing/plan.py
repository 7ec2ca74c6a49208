"""The plan of a release: which files to write, which to delete, and the tag."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.dataset_cards.hub.repository import RemoteFile
from silverner.dataset_cards.release.history import CHANGELOG
from silverner.dataset_cards.view import REPORT
from silverner.projection.paths import DROPPED, public_files, regular_file

PRIVATE = frozenset({"build.log", REPORT})
"""Files of a corpus folder that are not published."""
HUB_FILES = frozenset({".gitattributes"})
"""Files of a repository that belong to the Hub."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file to publish: its path, its size, and the two hashes that the Hub uses."""

    path: Path
    size: int
    sha256: str
    git: str

    def equals(self, remote: RemoteFile) -> bool:
        """Tell whether a file on the Hub has the same content."""
        return self.sha256 == remote.sha256 if remote.sha256 is not None else self.git == remote.git


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one commit will do.

    :param tag: The tag that the commit will get.
    :param parent: The commit before it; ``None`` where there is no repository yet.
    :param write: Files to add or replace.
    :param delete: Files to remove.
    :param unchanged: Files that the repository already holds.
    :param foreign: Files of other people in the repository, which stay.
    """

    tag: str
    parent: str | None
    write: Mapping[str, LocalFile]
    delete: Sequence[str]
    unchanged: Sequence[str]
    foreign: Sequence[str]

    @property
    def empty(self) -> bool:
        """Whether the Hub already holds the data of the folder; a changed changelog alone does not count."""
        return not (set(self.write) - {CHANGELOG}) and not self.delete

    def lines(self) -> list[str]:
        """Describe the plan, one file a line."""
        lines = [f"write   {name}  ({file.size:,} bytes)" for name, file in sorted(self.write.items())]
        lines += [f"delete  {name}" for name in sorted(self.delete)]
        lines += [f"keep    {name}  (silverner did not write it; --prune deletes it)" for name in sorted(self.foreign)]
        total = sum(file.size for file in self.write.values())
        lines.append(f"{len(self.write)} files to write ({total:,} bytes), {len(self.delete)} to delete, "
                     f"{len(self.unchanged)} unchanged; tag {self.tag}")  # fmt: skip
        return lines


def local_files(folder: Path) -> dict[str, LocalFile]:
    """Read the files that a folder publishes: all but hidden ones and those for the maker alone.

    :param folder: A corpus folder.
    :returns: The files by their path in the repository.
    :raises DataError: when an entry is no plain file: a link would publish a file from outside the folder.
    """
    names = (name for name, _ in public_files(folder) if name not in PRIVATE and not name.startswith(f"{DROPPED}/"))
    return {name: local_file(regular_file(folder, name)) for name in names}


def local_file(path: Path) -> LocalFile:
    """Read the size and the hashes of a file.

    :param path: Its path.
    :returns: The file.
    """
    sha256, size = hashlib.sha256(), path.stat().st_size
    git = _git(size)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            sha256.update(chunk)
            git.update(chunk)
    return LocalFile(path, size, sha256.hexdigest(), git.hexdigest())


def planned_file(path: Path, content: bytes) -> LocalFile:
    """Describe a file that is not written yet.

    :param path: Its path.
    :param content: Its content.
    :returns: The file.
    """
    git = _git(len(content))
    git.update(content)
    return LocalFile(path, len(content), hashlib.sha256(content).hexdigest(), git.hexdigest())


def _git(size: int) -> Any:
    """Begin the hash that git gives to a file."""
    return hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)


def make_plan(
    local: Mapping[str, LocalFile],
    remote: Mapping[str, RemoteFile],
    *,
    parent: str | None,
    tag: str,
    removable: Collection[str],
) -> Plan:
    """Compare a folder with a repository.

    :param local: The files that the repository must hold.
    :param remote: The files that it holds.
    :param parent: The commit that holds them.
    :param tag: The tag of the release.
    :param removable: Files that may be removed where the folder has no such file; all others stay.
    :returns: The plan; nothing is changed.
    """
    unchanged = [name for name, file in local.items() if name in remote and file.equals(remote[name])]
    superfluous = [name for name in remote if name not in local and name not in HUB_FILES]
    return Plan(
        tag=tag,
        parent=parent,
        write={name: file for name, file in local.items() if name not in unchanged},
        delete=[name for name in superfluous if name in removable],
        unchanged=unchanged,
        foreign=[name for name in superfluous if name not in removable],
    )
