"""Cards: measured facts turned into the README.md the Hub shows and ``load_dataset`` reads."""

from silverner.dataset_cards.card.render import render_card

__all__ = ["render_card"]
