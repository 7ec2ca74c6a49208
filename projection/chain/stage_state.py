"""How much of a stage is finished, as a dry run shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StageState:
    """How much of a stage is finished.

    ``signature`` is ``None`` while a stage before it must still be fitted, or lacks something. ``missing`` says what
    the stage itself lacks, and ``downloadable`` whether a build would fetch that from the Hub.
    """

    name: str
    signature: str | None
    shards_done: int = 0
    shards: int | None = None
    missing: str | None = None
    downloadable: bool = False

    @property
    def cached(self) -> bool:
        """Whether all shards are finished."""
        return self.shards is not None and self.shards_done == self.shards
