"""What publishing needs to know of a repository, and to do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file on the Hub: its size, and what it is known by. Large files have a SHA-256, small ones a git blob hash."""

    size: int
    sha256: str | None
    git: str


@dataclass(frozen=True, slots=True)
class Refs:
    """Where branches and tags of a repository point."""

    branches: Mapping[str, str]
    tags: Mapping[str, str]


class Remote(Protocol):
    """A repository that can be published to."""

    repo: str

    @property
    def endpoint(self) -> str | None:
        """Return the address of the Hub, if it is not the usual one."""

    def wait(self, attempt: int) -> None:
        """Wait before another try."""

    def refs(self) -> Refs | None:
        """Return branches and tags, ``None`` where there is no repository."""

    def files(self, revision: str) -> dict[str, RemoteFile]:
        """Return the files of a commit."""

    def create(self) -> None:
        """Create the repository; one that is there already is fine."""

    def branch(self, name: str, at: str) -> None:
        """Create a branch; one that is there already is fine."""

    def commit(
        self, write: Mapping[str, Path], delete: Sequence[str], *, branch: str, parent: str, message: str
    ) -> None:
        """Make one commit."""

    def tag(self, name: str, at: str, message: str) -> None:
        """Create a tag."""

    def read(self, name: str, revision: str) -> bytes:
        """Return a file."""
