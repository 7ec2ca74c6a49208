"""Parallel text: labels are projected from the source onto its translation by people."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import alignment_stages, labelling_stages
from silverner.builders.sources import ParallelText
from silverner.projection.chain import SentenceSource, Stage


class Parallel(SilverBuilder):
    """Projects the labels of source text, or of a labeller, onto target text that exists."""

    @classmethod
    def source(cls, request: BuildRequest) -> SentenceSource:
        """Return the two sides, sentence by sentence."""
        return ParallelText(request.recipe, request.base, language=request.language, limit=request.limit)

    @classmethod
    def stages(cls, request: BuildRequest) -> Sequence[Stage]:
        """Return the labeller, where there is one, the aligner and the projection."""
        return [*labelling_stages(request), *alignment_stages(request, source=request.source, target_is_tokenized=True)]
