"""Model transfer: a multilingual tagger labels target text. It is the baseline that projection is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import labelling_stages
from silverner.builders.sources import TargetText
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.stages import UseTargetEntities


class ModelTransfer(SilverBuilder):
    """Target text labelled by a tagger that was trained on other languages."""

    labelled_text = "target"

    @classmethod
    def source(cls, request: BuildRequest) -> SentenceSource:
        """Return the target text."""
        return TargetText(request.recipe, request.base, language=request.language, limit=request.limit)

    @classmethod
    def stages(cls, request: BuildRequest) -> Sequence[Stage]:
        """Return the tagger; there is nothing to project."""
        return [*labelling_stages(request, text="target"), UseTargetEntities()]
