"""How a corpus comes to be: recipes, one thin ``datasets`` builder per way of making one, and the published folder."""

from silverner.builders.build_request import Order
from silverner.builders.methods.back_translation import BackTranslation
from silverner.builders.methods.base import SilverBuilder, SilverConfig
from silverner.builders.methods.marked import Marked
from silverner.builders.methods.model_transfer import ModelTransfer
from silverner.builders.methods.parallel import Parallel
from silverner.builders.methods.table import Method
from silverner.builders.methods.translate_test import TranslateTest
from silverner.builders.methods.translate_train import TranslateTrain
from silverner.builders.methods.vote import VoteCorpus
from silverner.builders.recipe.load import Recipe, load_recipe, shipped_recipes

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
