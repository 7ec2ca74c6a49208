"""Progress on standard error: one bar for each stage, with throughput and time left."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from tqdm import tqdm

from silverner.projection.chain.runner import Progress
from silverner.projection.text.display import readable


class Bars:
    """Shows the progress of chains as bars."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self._bar: Any = None
        self._key = ("", "")

    def __enter__(self) -> Self:
        """Begin a context, which closes the last bar."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the last bar."""
        self._close()

    def of(self, language: str) -> Progress:
        """Return the callback for the chain of a language.

        :param language: What to call it.
        """

        def progress(stage: str, finished: int, total: int) -> None:
            if self._key != (language, stage):
                self._close()
                self._key = (language, stage)
                self._bar = tqdm(
                    total=total, initial=finished, desc=readable(f"{language}: {stage}"), unit=" sentences"
                )
            self._bar.total = total
            self._bar.update(finished - self._bar.n)

        return progress

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
