"""Source text machine-translated with its entities marked; the markers say where they went."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import labelled, marked
from silverner.builders.sources import SourceText
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.stages import ProjectMarked


class Marked(SilverBuilder):
    """Mark, then translate (EasyProject, arXiv 2211.15613): no aligner, and no projection."""

    @classmethod
    def source(cls, request: BuildRequest) -> SentenceSource:
        """Return the source text."""
        return SourceText(request.recipe, request.base, limit=request.limit)

    @classmethod
    def stages(cls, request: BuildRequest) -> Sequence[Stage]:
        """Return the way from marked source text to target tokens and entities."""
        return [*labelled(request), *marked(request, back=False, text="source", into="target"), ProjectMarked()]
