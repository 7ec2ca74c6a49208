"""Where a store is: a folder, or a URL, which is never shown with the password in it."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from silverner.projection.errors import UsageError

_SCHEME = re.compile(r"(?:[A-Za-z][\w+.-]*::)*([A-Za-z][\w+.-]+):/")
_PASSWORD = re.compile(r"://([^:?]*):(.*)@")
_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class StoreUrl:
    """A URL. As text it has no password and no query, so that no log, file or message gets them.

    :param full: All of it, for the file system alone.

    >>> str(StoreUrl("sftp://me:secret@host/store?token=4"))
    'sftp://me:***@host/store'
    """

    full: str = field(repr=False)

    def __str__(self) -> str:
        """Return the part that everybody may see."""
        return _PASSWORD.sub(rf"://\1:{_HIDDEN}@", self.full).partition("?")[0]

    @property
    def scheme(self) -> str:
        """The name of the kind of file system."""
        return self.full.partition("://")[0].lower()

    @property
    def digest(self) -> str:
        """A short name for the place; another password does not change it."""
        return hashlib.sha256(str(self).encode()).hexdigest()[:16]

    def hide_secrets(self, text: str) -> str:
        """Remove password and query from a text, such as the message of a file system.

        :param text: The text.
        :returns: The text, with stars in their places.
        """
        password = _PASSWORD.search(self.full)
        secrets = {self.full.partition("?")[2], "" if password is None else password[2]}
        secrets |= {value.partition("=")[2] for value in self.full.partition("?")[2].split("&")}
        for secret in sorted({*secrets, *map(unquote, secrets)} - {""}, key=len, reverse=True):
            text = text.replace(secret, _HIDDEN)
        return text


def read_store_place(text: str) -> Path | StoreUrl:
    """Read where a store is: a folder, or a URL.

    :param text: What the user wrote. A ``file://`` URL is a folder.
    :returns: The folder, or the URL.
    :raises UsageError: when it is no place for a store.

    >>> read_store_place("s3://bucket/store"), read_store_place("file:///data/store")
    (StoreUrl(), PosixPath('/data/store'))
    """
    scheme = _SCHEME.match(text)
    if scheme is None:
        return Path(text)
    url = StoreUrl(text)
    rest = text.partition("://")[2]
    if "?" in rest:
        why = "it has a '?'; give settings and passwords in the environment, such as AWS_SECRET_ACCESS_KEY"
    elif "::" in text:
        why = "it names two file systems (::); a store lies in one"
    elif not rest.strip("/"):
        why = f"it names no place; write {scheme[1]}://BUCKET/FOLDER"
    elif url.scheme in {"file", "local"}:
        if rest.startswith("/"):
            return Path(rest)
        why = "the path of a folder begins with '/'; write file:///FOLDER"
    else:
        return url
    raise UsageError(f"{url} is no place for a store: {why}")


def default_store() -> Path | StoreUrl:
    """Return where a store is if nobody says: ``SILVERNER_CACHE``, or the folder of this user for such things.

    :raises UsageError: as in :func:`read_store_place`.
    """
    cache = os.environ.get("SILVERNER_CACHE")
    place = read_store_place(cache) if cache else _user_cache()
    return place.expanduser() if isinstance(place, Path) else place


def cache_folder() -> Path:
    """Return the folder of this machine for what can be made again, also where the default store is a URL."""
    place = default_store()
    return place if isinstance(place, Path) else _user_cache()


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "silverner").expanduser()
