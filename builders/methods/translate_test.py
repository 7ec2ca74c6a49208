"""Raw target text, machine-translated; a tagger's labels of the translation projected back onto the original."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.builders import engines
from silverner.builders.build_request import Order
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.steps import aligned, labelled
from silverner.builders.sources import TargetText
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.stages import Detokenize, Tokenize, Translate


class TranslateTest(SilverBuilder):
    """Target text through a translator into the source language, and labels back (arXiv 2501.18750, section 3)."""

    translation = "source"
    joined = "target"

    @classmethod
    def source(cls, order: Order) -> SentenceSource:
        """Return the target text."""
        return TargetText(order.recipe, order.base, language=order.language, limit=order.limit)

    @classmethod
    def stages(cls, order: Order) -> Sequence[Stage]:
        """Return the way from target tokens to their labels."""
        translator = engines.translator(order, order.recipe.translator, source=order.language, target=order.source)
        return [
            Detokenize(order.language, text="target"),
            Translate(translator, text="target", into="source"),
            Tokenize(order.source, text="source"),
            *labelled(order, translated=True),
            *aligned(order, source=order.source, given=True, unknown=True),
        ]
