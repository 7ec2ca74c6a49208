"""Translate-test: target text is translated and labelled, and the labels are projected back onto the original."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.builders import engines
from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import alignment_stages, labelling_stages
from silverner.builders.sources import TargetText
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.stages import Detokenize, Tokenize, translate


class TranslateTest(SilverBuilder):
    """Translates target text into the source language, and projects labels back (arXiv 2501.18750, section 3)."""

    translated_text = "source"
    detokenized_text = "target"

    @classmethod
    def source(cls, request: BuildRequest) -> SentenceSource:
        """Return the target text."""
        return TargetText(request.recipe, request.base, language=request.language, limit=request.limit)

    @classmethod
    def stages(cls, request: BuildRequest) -> Sequence[Stage]:
        """Return the way from target tokens to their labels."""
        section = request.recipe.translator
        translator = engines.translator(request, section, source=request.language, target=request.source)
        return [
            Detokenize(request.language, text="target"),
            translate(translator, text="target", into="source"),
            Tokenize(request.source, text="source"),
            *labelling_stages(request, translated=True),
            *alignment_stages(request, source=request.source, target_is_tokenized=True, unknown=True),
        ]
