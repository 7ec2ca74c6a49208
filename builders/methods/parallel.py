"""Text that people translated already: labels of one side onto the other."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.builders.build_request import Order
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.pairs import ParallelText
from silverner.builders.methods.steps import aligned, labelled
from silverner.projection.chain import SentenceSource, Stage


class Parallel(SilverBuilder):
    """Source text, with labels or to be labelled, beside target text."""

    @classmethod
    def source(cls, order: Order) -> SentenceSource:
        """Return the two sides, sentence by sentence."""
        return ParallelText(order.recipe, order.base, language=order.language, limit=order.limit)

    @classmethod
    def stages(cls, order: Order) -> Sequence[Stage]:
        """Return labels if need be, links and projection: the target tokens are there."""
        return [*labelled(order), *aligned(order, source=order.source, given=True)]
