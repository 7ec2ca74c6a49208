"""Sealed files: a content and behind it its hash, so that damage on the disk is noticed by whoever reads the file."""

from __future__ import annotations

import hashlib

_HASH_LENGTH = 32


def seal(content: bytes) -> bytes:
    """Add the hash of a content.

    :param content: The content.
    :returns: The bytes of a sealed file.

    >>> unseal(seal(b"text")), unseal(seal(b"text") + b"."), unseal(b"text")
    (b'text', None, None)
    """
    return content + hashlib.sha256(content).digest()


def unseal(sealed: bytes) -> bytes | None:
    """Compare a content with its hash.

    :param sealed: The bytes of a sealed file.
    :returns: The content; ``None`` when the file is damaged.
    """
    content, digest = sealed[:-_HASH_LENGTH], sealed[-_HASH_LENGTH:]
    return content if hashlib.sha256(content).digest() == digest else None
