"""Labelled source text, machine-translated; its labels projected onto the translation."""

from __future__ import annotations

from collections.abc import Sequence

from builders import engines
from builders.base import SilverBuilder
from builders.order import Order
from builders.sources import SourceText
from builders.steps import aligned, labelled
from projection.chain import Source, Stage
from projection.stages import Join, Split, Translate


class TranslateTrain(SilverBuilder):
    """Source text, with labels or to be labelled, through a translator."""

    @classmethod
    def source(cls, order: Order) -> Source:
        """Return the source text."""
        return SourceText(order.recipe, order.base, limit=order.limit)

    @classmethod
    def stages(cls, order: Order) -> Sequence[Stage]:
        """Return the way from source tokens to labelled target tokens."""
        translator = engines.translator(order, order.recipe.translator, source=order.source, target=order.language)
        return [
            Join(order.source),
            Translate(translator),
            Split(order.language),
            *labelled(order),
            *aligned(order, source=order.source, given=False),
        ]
