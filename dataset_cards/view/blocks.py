"""Data inside a page: JSON, compressed, as letters that no parser of HTML can misread."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

ROWS = 250
"""Rows of one block. A page unpacks the blocks of the rows that it shows."""


def block(name: str, text: str) -> str:
    r"""Write data as an element that a browser does not run.

    :param name: The id of the element.
    :param text: JSON.
    :returns: HTML. Whatever the JSON holds, it is made of letters, digits, ``+``, ``/`` and ``=``.

    >>> block("facts", "[]")
    '<script type="text/plain" id="facts">eNqLjgUAARUAuQ==</script>\n'
    """
    data = base64.b64encode(zlib.compress(text.encode("ascii"), 9)).decode("ascii")
    return f'<script type="text/plain" id="{name}">{data}</script>\n'


def packed(value: Any) -> str:
    """Write a value as JSON in ASCII, with escapes for everything else, halves of surrogate pairs included.

    :param value: What JSON can hold.
    :returns: JSON.
    """
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def row_blocks(name: str, rows: Sequence[str]) -> Iterator[str]:
    """Write rows as blocks of the same size.

    :param name: How the ids of the blocks begin.
    :param rows: The JSON of every row.
    :returns: The blocks.
    """
    for number, start in enumerate(range(0, len(rows), ROWS)):
        yield block(f"{name}-{number}", f"[{','.join(rows[start : start + ROWS])}]")
