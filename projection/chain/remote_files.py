"""The files of a store on a remote file system, such as ``s3://``, by way of ``fsspec``.

An object is put whole under its name and replaced whole. Where a file system can leave half a file, its hash tells.
Nothing is kept but the URL, so that a store can be sent to workers, and each machine opens its own connection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from silverner.projection.chain.files import file_hash, publish, temporary_file
from silverner.projection.chain.store_url import StoreUrl, cache_folder
from silverner.projection.errors import MissingEngineError, MissingFileError, OutputError, UsageError, nearest

_LONGEST_REASON = 300
_OPTIONS = {"s3": {"max_concurrency": 1}, "s3a": {"max_concurrency": 1}}
"""What we ask of a file system: one request for an object, instead of asking for its size first."""


class RemoteFiles:
    """The files of a store on a remote file system. Its local folder holds artefacts and temporary files alone."""

    def __init__(self, url: StoreUrl, *, version: str) -> None:
        """Use a URL; nothing is asked yet.

        :param url: The place of the store.
        :param version: Name of the folder for this version of the layout.
        :raises UsageError: when nobody knows such a kind of file system.
        :raises MissingEngineError: when its package is not installed.
        """
        self._url, self._version = url, version
        _require_file_system(url)

    @property
    def folder(self) -> Path:
        """The local folder: each machine has its own."""
        return cache_folder() / "remote" / self._url.digest / self._version

    @property
    def models(self) -> Path:
        """The folder for converted models, which all stores of this machine share."""
        return cache_folder() / "models"

    def shown(self, path: Path) -> str:
        """Return the URL of a file, without password, see :class:`StoreFiles`."""
        return self._key(str(self._url).rstrip("/"), path)

    def is_seen_here(self) -> bool:
        """Tell nothing: the first file that is read will, see :class:`StoreFiles`."""
        return True

    def read(self, path: Path) -> bytes:
        """Read an object, see :class:`StoreFiles`."""
        (content,) = self.read_several([path])
        return content

    def read_several(self, paths: Iterable[Path]) -> Iterator[bytes]:
        """Read objects, several at a time where the file system can, see :class:`StoreFiles`."""
        paths = list(paths)
        if not paths:
            return
        system, root = self._open()
        with self._explained("read", paths[0]):
            answers = system.cat_ranges([self._key(root, path) for path in paths], None, None, on_error="return")
        for path, answer in zip(paths, answers, strict=True):
            with self._explained("read", path):
                if isinstance(answer, BaseException):
                    raise answer
            yield bytes(answer)

    def write(self, path: Path, content: bytes) -> None:
        """Put an object, see :class:`StoreFiles`."""
        self._put(path, lambda system, key: system.pipe_file(key, content))

    def publish(self, temporary: Path, path: Path) -> None:
        """Upload a finished file, and keep it here, see :class:`StoreFiles`."""
        self._put(path, lambda system, key: system.put_file(str(temporary), key))
        publish(temporary, path)

    def bring(self, path: Path) -> None:
        """Download an artefact, unless it is here and whole, see :class:`StoreFiles`."""
        if path.is_file() and path.name.endswith(f"-{file_hash(path)}"):
            return
        system, root = self._open()
        with temporary_file(path) as temporary:
            with self._explained("read", path):
                try:
                    system.get_file(self._key(root, path), str(temporary))
                except FileNotFoundError:
                    raise MissingFileError(f"the store has no {self.shown(path)}") from None
            publish(temporary, path)

    def names(self, folder: Path) -> list[str]:
        """List the names below a prefix, see :class:`StoreFiles`."""
        system, root = self._open()
        key = self._key(root, folder)
        with self._explained("list", folder):
            try:
                system.invalidate_cache(key)  # another program can have written since
                return [name.rstrip("/").rpartition("/")[2] for name in system.ls(key, detail=False)]
            except (FileNotFoundError, NotADirectoryError):
                return []

    def discard(self, path: Path) -> None:
        """Remove the copy that is here, see :class:`StoreFiles`."""
        path.unlink(missing_ok=True)

    def _open(self) -> tuple[Any, str]:
        """Return the file system, which ``fsspec`` opens once a process, and the path of the store in it."""
        from fsspec.core import url_to_fs

        with self._explained("open", self.folder):
            system, path = url_to_fs(self._url.full, **_OPTIONS.get(self._url.scheme, {}))
            return system, path.rstrip("/")

    def _key(self, root: str, path: Path) -> str:
        return "/".join((root, *path.relative_to(self.folder.parent).parts))

    def _put(self, path: Path, put: Callable[[Any, str], object]) -> None:
        """Put an object; where there are real folders, make them first if they are not there."""
        system, root = self._open()
        key = self._key(root, path)
        with self._explained("write", path, absent_too=True):
            try:
                put(system, key)
            except FileNotFoundError:
                for parent in (root, f"{root}/{self._version}", key.rpartition("/")[0]):
                    if not system.exists(parent):
                        system.mkdir(parent, create_parents=False)  # never a bucket: its name may be mistyped
                put(system, key)

    @contextmanager
    def _explained(self, verb: str, path: Path, *, absent_too: bool = False) -> Iterator[None]:
        """Turn whatever a file system raises into one line without secrets; a file that is absent stays an error."""
        try:
            yield
        except FileNotFoundError as error:
            if not absent_too:
                raise
            why: Exception = error
        except Exception as error:  # each file system, and each library below it, has errors of its own
            why = error
        else:
            return
        reason = " ".join(str(why).split()) or type(why).__name__
        # Not "from why": what it holds could show the password in a traceback.
        raise OutputError(
            f"cannot {verb} {self.shown(path)}: {self._url.hide_secrets(reason):.{_LONGEST_REASON}}; "
            "what was finished before is kept: mend this and run again"
        ) from None


def _require_file_system(url: StoreUrl) -> None:
    """Check that a file system is known and its package is installed."""
    from fsspec.registry import available_protocols, get_filesystem_class, known_implementations

    if url.scheme not in available_protocols():
        raise UsageError(f"{url} is no place for a store: {nearest(url.scheme, ['file', 'gs', 'hdfs', 's3', 'sftp'])}")
    try:
        get_filesystem_class(url.scheme)
    except ImportError as error:
        implementation = known_implementations.get(url.scheme, {})
        package, reason = (
            str(implementation.get("class", "")).partition(".")[0],
            str(implementation.get("err") or error),
        )
        if package in {"", "fsspec"}:  # such a file system needs another package, which its reason names
            quoted = re.search(r'"([\w.-]+)"', reason)
            package = "" if quoted is None else quoted[1]
        how = f"pip install {package}" if package else reason
        raise MissingEngineError(f"the package for {url.scheme}:// is not installed: {how}") from error
