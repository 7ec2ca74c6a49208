"""How a corpus comes to be: recipes, one thin ``datasets`` builder per way of making one, and the published folder."""

from builders.back_translation import BackTranslation
from builders.base import SilverBuilder, SilverConfig
from builders.marked import Marked
from builders.methods import Method
from builders.model_transfer import ModelTransfer
from builders.order import Order
from builders.parallel import Parallel
from builders.recipe import Recipe, load_recipe, shipped_recipes
from builders.translate_test import TranslateTest
from builders.translate_train import TranslateTrain
from builders.vote import VoteCorpus

METHODS: dict[Method, type[SilverBuilder]] = {
    "back-translation": BackTranslation,
    "marked": Marked,
    "model-transfer": ModelTransfer,
    "parallel": Parallel,
    "translate-test": TranslateTest,
    "translate-train": TranslateTrain,
    "vote": VoteCorpus,
}
"""The builder of every ``method`` a recipe can name."""

__all__ = [
    "METHODS",
    "BackTranslation",
    "Marked",
    "ModelTransfer",
    "Order",
    "Parallel",
    "Recipe",
    "SilverBuilder",
    "SilverConfig",
    "TranslateTest",
    "TranslateTrain",
    "VoteCorpus",
    "load_recipe",
    "shipped_recipes",
]
