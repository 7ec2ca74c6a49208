"""Raw target text, translated and labelled, translated back with its entities marked, and aligned with itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from silverner.builders import engines
from silverner.builders.build_request import Order
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
    joined = "target"
    labelled = "pivot"
    lost = ("markers.lost", "projected.lost")

    @classmethod
    def source(cls, order: Order) -> SentenceSource:
        """Return the target text."""
        return TargetText(order.recipe, order.base, language=order.language, limit=order.limit)

    @classmethod
    def stages(cls, order: Order) -> Sequence[Stage]:
        """Return the way there and back, and the projection."""
        there = engines.translator(order, order.recipe.translator, source=order.language, target=order.source)
        return [
            Detokenize(order.language, text="target"),
            Translate(there, text="target", into="pivot"),
            Tokenize(order.source, text="pivot"),
            *labelled(order, text="pivot", translated=True),
            *marked(order, back=True, text="pivot", into="source"),
            CarryConfidence(),
            *aligned(order, source=order.language, given=True),
        ]

    @classmethod
    def layout(cls, order: Order) -> Layout:
        """Say which columns the rows have: the pivot's too."""
        return replace(super().layout(order), pivot=True)
