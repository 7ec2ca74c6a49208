"""Inserted markers: source text is translated, and a model says where the entities are in the translation."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.builders import engines
from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import labelling_stages
from silverner.builders.recipe.sections import MarkersSection
from silverner.builders.sources import SourceText
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.stages import Detokenize, Insert, Tokenize, Translate


class Inserted(SilverBuilder):
    """Translates, then inserts markers by constrained decoding (CODEC, arXiv 2402.03131); it needs no aligner."""

    @classmethod
    def source(cls, request: BuildRequest) -> SentenceSource:
        """Return the source text."""
        return SourceText(request.recipe, request.base, limit=request.limit)

    @classmethod
    def stages(cls, request: BuildRequest) -> Sequence[Stage]:
        """Return the way from source tokens to labelled target tokens."""
        recipe = request.recipe
        translator = engines.translator(request, recipe.translator, source=request.source, target=request.language)
        style = (recipe.markers or MarkersSection()).style
        return [
            Detokenize(request.source),
            Translate(translator),
            Tokenize(request.language),
            *labelling_stages(request),
            Insert(engines.inserter(request), language=request.source, style=style),
        ]
