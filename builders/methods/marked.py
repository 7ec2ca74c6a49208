"""Marked translation: source text is translated with marked entities, and the marks say where the entities are."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import labelling_stages, marking_stages
from silverner.builders.sources import SourceText
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.stages import ProjectMarked


class Marked(SilverBuilder):
    """Marks entities, then translates (EasyProject, arXiv 2211.15613); it needs no aligner and no projection."""

    @classmethod
    def source(cls, request: BuildRequest) -> SentenceSource:
        """Return the source text."""
        return SourceText(request.recipe, request.base, limit=request.limit)

    @classmethod
    def stages(cls, request: BuildRequest) -> Sequence[Stage]:
        """Return the way from marked source text to target tokens and entities."""
        return [
            *labelling_stages(request),
            *marking_stages(request, way_back=False, text="source", into="target"),
            ProjectMarked(),
        ]
