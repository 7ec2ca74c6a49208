"""How a corpus comes to be: recipes, one thin ``datasets`` builder per way of making one, and the published folder."""

from builders.base import SilverBuilder, SilverConfig
from builders.order import Order
from builders.parallel import Parallel
from builders.recipe import Recipe, load_recipe, shipped_recipes
from builders.translate_train import TranslateTrain

METHODS: dict[str, type[SilverBuilder]] = {"parallel": Parallel, "translate-train": TranslateTrain}
"""The builder of every ``method`` a recipe can name."""

__all__ = [
    "METHODS",
    "Order",
    "Parallel",
    "Recipe",
    "SilverBuilder",
    "SilverConfig",
    "TranslateTrain",
    "load_recipe",
    "shipped_recipes",
]
