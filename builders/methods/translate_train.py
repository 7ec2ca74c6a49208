"""Labelled source text, machine-translated; its labels projected onto the translation."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.builders import engines
from silverner.builders.build_request import Order
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import aligned, labelled
from silverner.builders.sources import SourceText
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.stages import Detokenize, Tokenize, Translate


class TranslateTrain(SilverBuilder):
    """Source text, with labels or to be labelled, through a translator."""

    @classmethod
    def source(cls, order: Order) -> SentenceSource:
        """Return the source text."""
        return SourceText(order.recipe, order.base, limit=order.limit)

    @classmethod
    def stages(cls, order: Order) -> Sequence[Stage]:
        """Return the way from source tokens to labelled target tokens."""
        translator = engines.translator(order, order.recipe.translator, source=order.source, target=order.language)
        return [
            Detokenize(order.source),
            Translate(translator),
            Tokenize(order.language),
            *labelled(order),
            *aligned(order, source=order.source, given=False),
        ]
