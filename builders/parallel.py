"""Text that people translated already: labels of one side onto the other."""

from __future__ import annotations

from collections.abc import Sequence

from builders.base import SilverBuilder
from builders.order import Order
from builders.pairs import ParallelText
from builders.steps import aligned, labelled
from projection.chain import Source, Stage


class Parallel(SilverBuilder):
    """Source text, with labels or to be labelled, beside target text."""

    @classmethod
    def source(cls, order: Order) -> Source:
        """Return the two sides, sentence by sentence."""
        return ParallelText(order.recipe, order.base, language=order.language, limit=order.limit)

    @classmethod
    def stages(cls, order: Order) -> Sequence[Stage]:
        """Return labels if need be, links and projection: the target tokens are there."""
        return [*labelled(order), *aligned(order, source=order.source, given=True)]
