"""A client for one dataset repository of the Hub, with a limited number of tries and errors in plain words."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from silverner.dataset_cards.hub.failures import (
    ConflictError,
    HubError,
    UnsureError,
    description,
    is_offline,
    may_pass,
    status_of,
)
from silverner.dataset_cards.hub.repository import Refs, RemoteFile

T = TypeVar("T")
TRIES = 5
PAUSE = 1.0
"""Seconds before the second try; the wait doubles before each further try."""


class Hub:
    """A dataset repository of the Hugging Face Hub.

    A request that only reads is tried :data:`TRIES` times. A request that changes something is tried once. Where its
    answer got lost, :class:`UnsureError` is raised, and the caller must look at the repository before it tries again.
    """

    def __init__(self, repo: str, *, endpoint: str | None = None, private: bool = False, pause: float = PAUSE) -> None:
        """Choose a repository.

        :param repo: Its id, ``org/name``.
        :param endpoint: Address of the Hub; ``None`` for the public one.
        :param private: Whether to create it private.
        :param pause: Seconds before the second try.
        """
        from huggingface_hub import HfApi
        from huggingface_hub.utils.tqdm import disable_progress_bars

        if not sys.stderr.isatty():  # in a log, bars would be noise
            disable_progress_bars()
        self.repo, self._private, self._pause = repo, private, pause
        self._api = HfApi(endpoint=endpoint, library_name="silverner")

    @property
    def endpoint(self) -> str:
        """Return the address of the Hub."""
        return str(self._api.endpoint)

    def refs(self) -> Refs | None:
        """Return branches and tags; ``None`` where there is no repository."""
        from huggingface_hub.errors import RepositoryNotFoundError

        def request() -> Refs | None:
            try:
                refs = self._api.list_repo_refs(self.repo, repo_type="dataset")
            except RepositoryNotFoundError as error:
                if status_of(error) == 401:
                    raise
                return None
            return Refs(
                {ref.name: ref.target_commit for ref in refs.branches},
                {ref.name: ref.target_commit for ref in refs.tags},
            )

        return self.retry(request)

    def files(self, revision: str) -> dict[str, RemoteFile]:
        """Return the files of a commit."""
        from huggingface_hub.hf_api import RepoFile

        def request() -> dict[str, RemoteFile]:
            tree = self._api.list_repo_tree(self.repo, repo_type="dataset", revision=revision, recursive=True)
            return {
                item.path: RemoteFile(item.size, None if item.lfs is None else item.lfs.sha256, item.blob_id)
                for item in tree
                if isinstance(item, RepoFile)
            }

        return self.retry(request)

    def read(self, name: str, revision: str) -> bytes:
        """Return the content of a file of a commit."""
        import tempfile

        from huggingface_hub import hf_hub_download

        def request() -> bytes:
            with tempfile.TemporaryDirectory(prefix="silverner-") as scratch:
                path = hf_hub_download(
                    self.repo,
                    name,
                    repo_type="dataset",
                    revision=revision,
                    cache_dir=scratch,
                    endpoint=self._api.endpoint,
                )
                return Path(path).read_bytes()

        return self.retry(request)

    def create(self) -> None:
        """Create the repository, unless it exists."""
        self.retry(
            lambda: self._api.create_repo(self.repo, repo_type="dataset", private=self._private or None, exist_ok=True)
        )

    def branch(self, name: str, at: str) -> None:
        """Create a branch, unless it exists."""
        self.retry(
            lambda: self._api.create_branch(self.repo, branch=name, revision=at, repo_type="dataset", exist_ok=True)
        )

    def commit(
        self, write: Mapping[str, Path], delete: Sequence[str], *, branch: str, parent: str, message: str
    ) -> None:
        """Make one commit.

        :raises ConflictError: when the branch has moved.
        :raises UnsureError: when it is not known whether the commit was made.
        """
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        operations: list[Any] = [
            CommitOperationAdd(path_in_repo=name, path_or_fileobj=str(path)) for name, path in write.items()
        ]
        operations += [CommitOperationDelete(path_in_repo=name) for name in delete]
        self._once(
            lambda: self._api.create_commit(
                self.repo,
                operations,
                commit_message=message,
                repo_type="dataset",
                revision=branch,
                parent_commit=parent,
            )
        )

    def tag(self, name: str, at: str, message: str) -> None:
        """Create a tag.

        :raises ConflictError: when a tag of this name exists.
        :raises UnsureError: when it is not known whether it was made.
        """
        self._once(
            lambda: self._api.create_tag(self.repo, tag=name, revision=at, tag_message=message, repo_type="dataset")
        )

    def wait(self, attempt: int) -> None:
        """Wait before the next try.

        :param attempt: The number of tries so far.
        """
        time.sleep(self._pause * 2 ** (attempt - 1))

    def retry(self, request: Callable[[], T]) -> T:
        """Make a request, and make it again while the network or the Hub fails.

        :param request: A request that may be made twice.
        :returns: Its answer.
        :raises HubError: when the Hub refuses, or every try fails.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return request()
            except Exception as error:  # every failure of the client is raised again in plain words
                if not may_pass(error):
                    raise self._refusal(error) from None
                if attempt == TRIES:
                    raise HubError(
                        f"{self.repo}: {description(error)}, {TRIES} times; nothing was changed by half, so run the "
                        "same command again later"
                    ) from None
                self.wait(attempt)
        raise AssertionError("the last try returns or raises")

    def _once(self, change: Callable[[], object]) -> None:
        try:
            change()
        except Exception as error:  # every failure of the client is raised again in plain words
            if status_of(error) in {409, 412}:
                raise ConflictError(description(error)) from None
            if may_pass(error):
                raise UnsureError(description(error)) from None
            raise self._refusal(error) from None

    def _refusal(self, error: Exception) -> HubError:
        """Describe a refusal and its remedy; the text of the client is left out, because it may hold headers."""
        remedies = {
            401: "log in with `hf auth login`, or set HF_TOKEN",
            403: "the token may not write there; make a token that may, or choose another --repo-id",
            404: "check the name, and the branch or revision; a private repository is not found without a token",
        }
        if is_offline(error):
            return HubError(f"{self.repo}: the client of the Hub is set to work offline; unset HF_HUB_OFFLINE")
        status = status_of(error)
        remedy = remedies.get(status or 0, "check the address, the repository and the token")
        return HubError(f"{self.repo}: {description(error)}; {remedy}")
