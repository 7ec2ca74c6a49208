"""Progress on standard error: one bar for each step of a language, with throughput and time left."""

from __future__ import annotations

import sys
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

from silverner.projection.chain.runner import Progress
from silverner.projection.text.bars import new_bar

SHORT = 1.0
"""Seconds after which a step is shown at all: what is stored already passes in a moment."""


class Bars:
    """Shows the progress of chains as bars.

    A thread draws the bar again and again, so that the time that has passed is seen to move while an engine works and
    says nothing. Into a file, a line is written now and then.
    """

    def __init__(self, *, beat: float | None = None) -> None:
        """Show nothing yet.

        :param beat: Seconds between two drawings while nothing is reported; by default short on a terminal alone.
        """
        self._beat = beat or (1.0 if sys.stderr.isatty() else 30.0)
        self._bar: Any = None
        self._key = ("", "")
        self._lock, self._end = Lock(), Event()
        self._thread = Thread(target=self._draw_again, daemon=True)

    def __enter__(self) -> Self:
        """Begin a context, which closes the last bar."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the last bar."""
        self._end.set()
        self._thread.join()
        self._close()

    def of(self, language: str) -> Progress:
        """Return the callback for the chain of a language.

        :param language: What to call it.
        """

        def progress(step: str, finished: int, total: int) -> None:
            with self._lock:
                if self._key != (language, step):
                    self._close()
                    self._key = (language, step)
                    title = f"{language}: {step}"
                    self._bar = new_bar(title, total=total or None, finished=finished, unit="sentences", delay=SHORT)
                self._bar.total = total or None
                self._bar.update(finished - self._bar.n)

        return progress

    def _draw_again(self) -> None:
        """Draw the bar again until the end."""
        while not self._end.wait(self._beat):
            with self._lock:
                if self._bar is not None and self._bar.format_dict["elapsed"] >= self._bar.delay:
                    self._bar.refresh()
                    self._bar.last_print_t = self._bar.start_t + self._bar.format_dict["elapsed"]  # so close() ends it

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
