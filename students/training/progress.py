"""Progress of training on stderr: one bar a student, with time left and the held-out loss."""

from __future__ import annotations

import math
from types import TracebackType
from typing import Any, Self

from silverner.projection.text.bars import new_bar
from silverner.students.training.trainer import Progress


class ProgressBars:
    """Turns calls of progress into bars."""

    def __init__(self) -> None:
        """Begin without a bar."""
        self._bar: Any = None

    def __enter__(self) -> Self:
        """Use as a context, so that the last bar is closed."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the last bar."""
        self._close()

    def of(self, name: str) -> Progress:
        """Return the callback of one student.

        :param name: What to call it.
        """
        self._close()

        def progress(step: int, total: int, loss: float) -> None:
            if self._bar is None or step < self._bar.n:  # another round begins at step 1
                self._close()
                self._bar = new_bar(name, total=total, finished=step - 1, unit="steps")
            self._bar.update(step - self._bar.n)
            if not math.isnan(loss):
                self._bar.set_postfix_str(f"held-out loss {loss:.4f}")

        return progress

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
