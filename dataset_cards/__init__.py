"""Cards: measured facts turned into the README.md the Hub shows and ``load_dataset`` reads."""

from typing import TYPE_CHECKING

from silverner.projection.registry import names_on_demand

if TYPE_CHECKING:
    from silverner.dataset_cards.card.render import render_card

__all__ = ["render_card"]

__getattr__ = names_on_demand(__name__, {"card.render": ("render_card",)})
