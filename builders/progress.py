"""Progress on standard error: one bar for each step of a language, with throughput and time left."""

from __future__ import annotations

import sys
from threading import Event, Lock, Thread, get_ident
from types import TracebackType
from typing import Any, Self

from silverner.projection.chain.progress import Progress
from silverner.projection.text.bars import new_bar

SHORT = 1.0
"""Seconds after which a step is shown at all: what is stored already passes in a moment."""


class Bars:
    """Shows the progress of chains as bars, one for each thread that runs chains.

    A thread of its own draws them again and again, so that the time that has passed is seen to move while an engine
    works and says nothing. Into a file, a line is written now and then.
    """

    def __init__(self, *, beat: float | None = None) -> None:
        """Show nothing yet.

        :param beat: Seconds between two drawings while nothing is reported; by default short on a terminal alone.
        """
        self._beat = beat or (1.0 if sys.stderr.isatty() else 30.0)
        self._bars: dict[int, Any] = {}
        self._steps: dict[int, tuple[str, str]] = {}
        self._lock, self._end = Lock(), Event()
        self._thread = Thread(target=self._draw_again, daemon=True)

    def __enter__(self) -> Self:
        """Begin a context, which closes the last bars."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the last bars."""
        self._end.set()
        self._thread.join()
        for lane in list(self._bars):
            self._close(lane)

    def of(self, language: str) -> Progress:
        """Return the callback for the chain of a language.

        :param language: What to call it.
        """

        def progress(step: str, finished: int, total: int) -> None:
            lane = get_ident()
            with self._lock:
                if self._steps.get(lane) != (language, step):
                    self._close(lane)
                    self._steps[lane] = (language, step)
                    title = f"{language}: {step}"
                    self._bars[lane] = new_bar(
                        title, total=total or None, finished=finished, unit="sentences", delay=SHORT
                    )
                bar = self._bars[lane]
                bar.total = total or None
                bar.update(finished - bar.n)

        return progress

    def _draw_again(self) -> None:
        """Draw the bars again until the end."""
        while not self._end.wait(self._beat):
            with self._lock:
                for bar in self._bars.values():
                    is_finished = bar.total is not None and bar.n >= bar.total  # its thread waits for another one
                    if bar.format_dict["elapsed"] >= bar.delay and not is_finished:
                        bar.refresh()
                        bar.last_print_t = bar.start_t + bar.format_dict["elapsed"]  # so close() ends it

    def _close(self, lane: int) -> None:
        if (bar := self._bars.pop(lane, None)) is not None:
            bar.close()
