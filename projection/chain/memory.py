"""Memory that is free, but still held by a library."""

from __future__ import annotations

import ctypes

import pyarrow as pa


def trim_memory() -> None:
    """Give memory that Arrow and the C library keep for later back to the machine, where they can do so.

    It takes milliseconds. After a stage that looked at a large corpus, it is hundreds of megabytes.
    """
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
    if trim is not None:
        trim(0)
