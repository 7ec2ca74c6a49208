"""Text that people translated already: labels of one side onto the other."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import aligned, labelled
from silverner.builders.sources import ParallelText
from silverner.projection.chain import SentenceSource, Stage


class Parallel(SilverBuilder):
    """Source text, with labels or to be labelled, beside target text."""

    @classmethod
    def source(cls, request: BuildRequest) -> SentenceSource:
        """Return the two sides, sentence by sentence."""
        return ParallelText(request.recipe, request.base, language=request.language, limit=request.limit)

    @classmethod
    def stages(cls, request: BuildRequest) -> Sequence[Stage]:
        """Return labels if need be, links and projection: the target tokens are there."""
        return [*labelled(request), *aligned(request, source=request.source, given=True)]
