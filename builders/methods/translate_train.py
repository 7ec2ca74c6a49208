"""Translate-train: labelled source text is translated, and its labels are projected onto the translation."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.builders import engines
from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import alignment_stages, labelling_stages
from silverner.builders.sources import SourceText
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.stages import Detokenize, Tokenize, translate


class TranslateTrain(SilverBuilder):
    """Translates source text, and projects its labels, or those of a labeller, onto the translation."""

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
            translate(translator),
            Tokenize(request.language),
            *labelling_stages(request),
            *alignment_stages(request, source=request.source, target_is_tokenized=False),
        ]
