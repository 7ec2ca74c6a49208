"""Text that people translated already: labels of one side onto the other."""

from __future__ import annotations

from collections.abc import Sequence

from builders.base import SilverBuilder
from builders.order import Order
from builders.sources import ParallelText
from projection.chain import Source, Stage


class Parallel(SilverBuilder):
    """Labelled source text beside target text."""

    @classmethod
    def source(cls, order: Order) -> Source:
        """Return the two sides, sentence by sentence."""
        return ParallelText(order.recipe, order.base, language=order.language, limit=order.limit)

    @classmethod
    def stages(cls, order: Order) -> Sequence[Stage]:
        """Return nothing: the target tokens are there."""
        return []
