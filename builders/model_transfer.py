"""Raw target text and a multilingual tagger: the baseline projection is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from builders.base import SilverBuilder
from builders.order import Order
from builders.sources import TargetText
from builders.steps import labelled
from projection.chain import Source, Stage
from projection.stages import Adopt


class ModelTransfer(SilverBuilder):
    """Target text labelled by a tagger that was trained on other languages."""

    labelled = "target"

    @classmethod
    def source(cls, order: Order) -> Source:
        """Return the target text."""
        return TargetText(order.recipe, order.base, language=order.language, limit=order.limit)

    @classmethod
    def stages(cls, order: Order) -> Sequence[Stage]:
        """Return the tagger; there is nothing to project."""
        return [*labelled(order, text="target"), Adopt()]
