"""Labelled source text, machine-translated; its labels projected onto the translation."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.builders import engines
from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import aligned, labelled
from silverner.builders.sources import SourceText
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.stages import Detokenize, Tokenize, Translate


class TranslateTrain(SilverBuilder):
    """Source text, with labels or to be labelled, through a translator."""

    @classmethod
    def source(cls, request: BuildRequest) -> SentenceSource:
        """Return the source text."""
        return SourceText(request.recipe, request.base, limit=request.limit)

    @classmethod
    def stages(cls, request: BuildRequest) -> Sequence[Stage]:
        """Return the way from source tokens to labelled target tokens."""
        section = request.recipe.translator
        translator = engines.translator(request, section, source=request.source, target=request.language)
        return [
            Detokenize(request.source),
            Translate(translator),
            Tokenize(request.language),
            *labelled(request),
            *aligned(request, source=request.source, given=False),
        ]
