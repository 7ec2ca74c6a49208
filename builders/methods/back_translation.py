"""Raw target text, translated and labelled, translated back with its entities marked, and aligned with itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from silverner.builders import engines
from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import aligned, labelled, marked
from silverner.builders.rows import Layout
from silverner.builders.sources import TargetText
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.stages import CarryConfidence, Detokenize, Tokenize, Translate


class BackTranslation(SilverBuilder):
    """Labels of a translation onto the original by way of the translation back (T2T, arXiv 2501.18750, section 3.2).

    Three texts: the original (``target``), its translation, which is labelled (``pivot``), and the translation of that
    back (``source``: what the labels are projected from, in the target's own language).
    """

    translation = "pivot"
    detokenized = "target"
    labelled = "pivot"
    lost = ("markers.lost", "projected.lost")

    @classmethod
    def source(cls, request: BuildRequest) -> SentenceSource:
        """Return the target text."""
        return TargetText(request.recipe, request.base, language=request.language, limit=request.limit)

    @classmethod
    def stages(cls, request: BuildRequest) -> Sequence[Stage]:
        """Return the way there and back, and the projection."""
        there = engines.translator(request, request.recipe.translator, source=request.language, target=request.source)
        return [
            Detokenize(request.language, text="target"),
            Translate(there, text="target", into="pivot"),
            Tokenize(request.source, text="pivot"),
            *labelled(request, text="pivot", translated=True),
            *marked(request, back=True, text="pivot", into="source"),
            CarryConfidence(),
            *aligned(request, source=request.language, given=True),
        ]

    @classmethod
    def layout(cls, request: BuildRequest) -> Layout:
        """Say which columns the rows have: the pivot's too."""
        return replace(super().layout(request), pivot=True)
