"""The engine ``pharaoh``: links that another aligner made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import Field

from silverner.projection.alignment.aligner import AlignerSettings
from silverner.projection.alignment.link_files import PharaohFiles
from silverner.projection.chain.engine import EngineContext, Files
from silverner.projection.errors import UsageError
from silverner.projection.links import Symmetrisation


class PharaohSettings(AlignerSettings):
    """Links that exist already: one file a split, or one for all splits in order."""

    licence = "Apache-2.0"
    keeps_tokens = True

    symmetrise: Symmetrisation = Field(default="gdfa", description="how the links of both directions are joined")
    forward: Files = Field(description="links of the source-to-target run, or the only links there are")
    reverse: Files | None = Field(
        default=None, description="links of the target-to-source run, also with the source token first"
    )

    def build(self, context: EngineContext) -> PharaohFiles:
        """Make the aligner."""
        directions = [self._paths(files, context) for files in (self.forward, self.reverse or {})]
        sizes = context.sizes() if any(len(paths) > 1 for paths in directions) else ()
        return PharaohFiles(*directions, prefix=context.limit is not None, sizes=sizes)

    def check_splits(self, splits: Sequence[str]) -> None:
        """Check that several files are named by the splits of the corpus."""
        for files in (self.forward, self.reverse or {}):
            if len(files) > 1 and set(files) != set(splits):
                raise UsageError(
                    f"the links are for the splits {', '.join(files)}, but the source has {', '.join(splits)}; name a "
                    "file for every split, or one file for all"
                )

    @staticmethod
    def _paths(files: Mapping[str, str], context: EngineContext) -> list[Path]:
        """List the files of a direction in the order of the splits."""
        names = files.values() if len(files) < 2 else [files[split] for split in context.splits]
        return [context.base / name for name in names]
