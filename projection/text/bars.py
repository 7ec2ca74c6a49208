"""Bars that show progress: drawn in place on a terminal, lines now and then in a file."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from tqdm import tqdm

from silverner.projection.text.display import readable

_LINE = "{desc}: {percentage:3.0f}% {n_fmt}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}{postfix}]"
"""What a line says where no bar can be drawn."""
ON_TERMINAL, IN_FILE = 0.1, 10.0
"""Seconds between two states that are shown."""


class _Lines:
    """Takes what a bar draws, and writes each state as a line: a log has no line to draw on again."""

    def __init__(self, stream: TextIO) -> None:
        """Remember where the lines go."""
        self._stream = stream

    def write(self, text: str) -> None:
        """Write a state."""
        if line := text.strip("\r\n "):
            self._stream.write(f"{line}\n")

    def flush(self) -> None:
        """Write at once."""
        self._stream.flush()


def new_bar(title: str, *, total: int | None, finished: int, unit: str, delay: float = 0.0) -> Any:
    """Begin a bar on standard error.

    :param title: What it shows.
    :param total: All steps; ``None`` where nobody knows.
    :param finished: The steps that are finished.
    :param unit: What a step is.
    :param delay: Seconds before anything is shown.
    :returns: A bar of tqdm.
    """
    on_terminal = sys.stderr.isatty()
    without_number = total is None and not finished
    return tqdm(
        total=total,
        initial=finished,
        desc=readable(title),
        unit=f" {unit}",
        delay=delay,
        dynamic_ncols=True,
        file=sys.stderr if on_terminal else _Lines(sys.stderr),
        mininterval=ON_TERMINAL if on_terminal else IN_FILE,
        position=None if on_terminal else 0,  # a log has no line above
        bar_format="{desc}: {elapsed}" if without_number else _LINE if total and not on_terminal else None,
    )
