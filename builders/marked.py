"""Source text machine-translated with its entities marked; the markers say where they went."""

from __future__ import annotations

from collections.abc import Sequence

from builders.base import SilverBuilder
from builders.order import Order
from builders.sources import SourceText
from builders.steps import labelled, marked
from projection.chain import Source, Stage
from projection.stages import Arrive


class Marked(SilverBuilder):
    """Mark, then translate (EasyProject, arXiv 2211.15613): no aligner, and no projection."""

    @classmethod
    def source(cls, order: Order) -> Source:
        """Return the source text."""
        return SourceText(order.recipe, order.base, limit=order.limit)

    @classmethod
    def stages(cls, order: Order) -> Sequence[Stage]:
        """Return the way from marked source text to target tokens and entities."""
        return [*labelled(order), *marked(order, back=False, text="source", into="target"), Arrive()]
