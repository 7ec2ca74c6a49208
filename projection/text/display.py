r"""Text from files of strangers, as people may see it: on a terminal and in a log.

Control characters move the cursor, rename the window or hide what stands beside them, and overrides of direction make
text read as another one. All are shown as Python writes them (``\x1b``, ``\u202e``). Joiners, marks of direction and
combining marks stay, because words of many scripts need them.
"""

from __future__ import annotations

import json
import re
from typing import Any, TextIO

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_MOVES_UP = re.compile(r"(\x1b\[A)+")


def readable(text: str) -> str:
    r"""Escape control characters, except the tab and the end of a line.

    :param text: Any text.
    :returns: Text that is safe on a terminal.

    >>> readable("a\x1b[2Jb\u202e")
    'a\\x1b[2Jb\\u202e'
    """
    return _CONTROLS.sub(lambda match: _escaped(ord(match[0])), text)


def json_text(facts: Any) -> str:
    r"""Write facts as JSON, with letters of all scripts as they are and control characters as escapes.

    :param facts: What JSON can hold.
    :returns: JSON in several lines, without an end of line.

    >>> json_text(["\u202e"])
    '[\n "\\u202e"\n]'
    """
    text = json.dumps(facts, indent=1, ensure_ascii=False)
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _escaped(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


class ReadableStream:
    """A stream for people, such as standard error: control characters are escaped, whoever writes them."""

    def __init__(self, stream: TextIO) -> None:
        """Write to another stream.

        :param stream: Where the text goes.
        """
        self._stream = stream

    def write(self, text: str) -> int:
        """Write text; a progress bar begins with a carriage return, which stays.

        Bars below each other also move up. A bar writes such a move alone; text of a stranger never stands alone.

        :param text: The text.
        :returns: Its length.
        """
        if _MOVES_UP.fullmatch(text) and self._stream.isatty():
            self._stream.write(text)
            return len(text)
        start = "\r" if text.startswith("\r") else ""
        self._stream.write(start + readable(text[len(start) :]))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        """Return everything else from the stream below."""
        return getattr(self._stream, name)
