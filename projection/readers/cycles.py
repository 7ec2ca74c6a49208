"""Readers make millions of objects, and none that refer to each other in a circle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cycles_ignored() -> Iterator[None]:
    """Look for no objects that refer to each other.

    Python would look again and again, for a fifth of the time of reading.

    >>> with cycles_ignored():
    ...     gc.isenabled()
    False
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
