"""Back-translation: target text is translated and labelled, translated back with marks, and aligned in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from silverner.builders import engines
from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import alignment_stages, labelling_stages, marking_stages
from silverner.builders.rows import Layout
from silverner.builders.sources import TargetText
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.stages import CarryConfidence, Detokenize, Tokenize, translate


class BackTranslation(SilverBuilder):
    """Projects labels from a translation back onto the original (T2T, arXiv 2501.18750, section 3.2).

    There are three texts: the original (``target``), its translation, which is labelled (``pivot``), and the
    translation of that back (``source``), which is in the target language. Labels go from ``source`` to ``target``.
    """

    translated_text = "pivot"
    detokenized_text = "target"
    labelled_text = "pivot"
    lost_columns = ("markers.lost", "projected.lost")

    @classmethod
    def source(cls, request: BuildRequest) -> SentenceSource:
        """Return the target text."""
        return TargetText(request.recipe, request.base, language=request.language, limit=request.limit)

    @classmethod
    def stages(cls, request: BuildRequest) -> Sequence[Stage]:
        """Return the way there and back, and the projection."""
        translator = engines.translator(
            request, request.recipe.translator, source=request.language, target=request.source
        )
        return [
            Detokenize(request.language, text="target"),
            translate(translator, text="target", into="pivot"),
            Tokenize(request.source, text="pivot"),
            *labelling_stages(request, text="pivot", translated=True),
            *marking_stages(request, way_back=True, text="pivot", into="source"),
            CarryConfidence(),
            *alignment_stages(request, source=request.language, target_is_tokenized=True),
        ]

    @classmethod
    def layout(cls, request: BuildRequest) -> Layout:
        """Say which columns the rows have: the pivot's too."""
        return replace(super().layout(request), pivot=True)
