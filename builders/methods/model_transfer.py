"""Raw target text and a multilingual tagger: the baseline projection is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import labelled
from silverner.builders.sources import TargetText
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.stages import UseTargetEntities


class ModelTransfer(SilverBuilder):
    """Target text labelled by a tagger that was trained on other languages."""

    labelled = "target"

    @classmethod
    def source(cls, request: BuildRequest) -> SentenceSource:
        """Return the target text."""
        return TargetText(request.recipe, request.base, language=request.language, limit=request.limit)

    @classmethod
    def stages(cls, request: BuildRequest) -> Sequence[Stage]:
        """Return the tagger; there is nothing to project."""
        return [*labelled(request, text="target"), UseTargetEntities()]
