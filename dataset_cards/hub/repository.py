"""A dataset repository as publishing sees it: its files, branches and tags, and how to change them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

REPO_ID = re.compile(r"[A-Za-z0-9_]([\w.-]*[A-Za-z0-9_])?/[A-Za-z0-9_]([\w.-]*[A-Za-z0-9_])?", re.ASCII)
"""The id of a repository, ``org/name``; a path such as ``./name`` is none."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file on the Hub: its size and its hash. Large files have a SHA-256; every file has the hash of a git blob."""

    size: int
    sha256: str | None
    git: str


@dataclass(frozen=True, slots=True)
class Refs:
    """The commits that the branches and tags of a repository point at."""

    branches: Mapping[str, str]
    tags: Mapping[str, str]


class Repository(Protocol):
    """A repository that can be published to."""

    repo: str

    @property
    def endpoint(self) -> str | None:
        """Return the address of the Hub; ``None`` for the public one."""

    def wait(self, attempt: int) -> None:
        """Wait before the next try."""

    def refs(self) -> Refs | None:
        """Return branches and tags; ``None`` where there is no repository."""

    def files(self, revision: str) -> dict[str, RemoteFile]:
        """Return the files of a commit."""

    def create(self) -> None:
        """Create the repository, unless it exists."""

    def branch(self, name: str, at: str) -> None:
        """Create a branch, unless it exists."""

    def commit(
        self, write: Mapping[str, Path], delete: Sequence[str], *, branch: str, parent: str, message: str
    ) -> None:
        """Make one commit."""

    def tag(self, name: str, at: str, message: str) -> None:
        """Create a tag."""

    def read(self, name: str, revision: str) -> bytes:
        """Return the content of a file."""
