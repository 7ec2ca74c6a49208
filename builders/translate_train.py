"""Labelled source text, machine-translated; its labels projected onto the translation."""

from __future__ import annotations

from collections.abc import Sequence

from builders import engines
from builders.base import SilverBuilder
from builders.order import Order
from builders.sources import LabelledText
from projection.chain import Source, Stage
from projection.stages import Join, Split, Translate


class TranslateTrain(SilverBuilder):
    """Labelled source text through a translator."""

    has_unknown = True

    @classmethod
    def source(cls, order: Order) -> Source:
        """Return the labelled text."""
        return LabelledText(order.recipe, order.base, limit=order.limit)

    @classmethod
    def stages(cls, order: Order) -> Sequence[Stage]:
        """Return the way from source tokens to target tokens."""
        return [
            Join(order.recipe.source.language),
            Translate(engines.translator(order)),
            Split(order.language),
        ]
