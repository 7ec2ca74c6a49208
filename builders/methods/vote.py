"""Several ways of labelling the same target text, and what they say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from silverner.builders.build_request import Order
from silverner.builders.methods.back_translation import BackTranslation
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.methods.model_transfer import ModelTransfer
from silverner.builders.methods.parallel import Parallel
from silverner.builders.methods.translate_test import TranslateTest
from silverner.builders.rows import Layout
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.chain.renamed_columns import side_by_side
from silverner.projection.stages import Vote
from silverner.projection.stages.vote import Voter

VOTERS: dict[str, type[SilverBuilder]] = {
    "back-translation": BackTranslation,
    "model-transfer": ModelTransfer,
    "parallel": Parallel,
    "translate-test": TranslateTest,
}
"""Ways that label a text that is there; where the target is a translation, two translators have no text in common."""


class VoteCorpus(SilverBuilder):
    """Each voter is a recipe of its own over the same text; stages two of them share are run once."""

    labelled: ClassVar[str] = "projected"

    @classmethod
    def source(cls, order: Order) -> SentenceSource:
        """Return the text: of the voters' views of it the one that has most columns, such as both sides."""
        views = [VOTERS[one.recipe.method].source(one) for one in _orders(order).values()]
        return max(views, key=lambda view: len(view.outputs))

    @classmethod
    def stages(cls, order: Order) -> Sequence[Stage]:
        """Return every voter's stages, and the vote."""
        orders, recipe = _orders(order), order.recipe
        runs = {name: VOTERS[one.recipe.method].stages(one) for name, one in orders.items()}
        stages, columns = side_by_side(runs, cls.source(order).outputs)
        assert recipe.vote is not None
        voters = {}
        for name, one in orders.items():
            labeller = one.recipe.labeller
            own = VOTERS[one.recipe.method].labelled == "target" and labeller is not None and labeller.distribution
            voters[name] = Voter(
                entities=columns[name]["projected.entities"],
                distribution=columns[name]["target.distribution"] if own else None,
                weight=recipe.vote.weights.get(name, 1.0),
            )
        return [*stages, Vote(voters, rule=recipe.vote.rule, least=recipe.vote.least, labels=recipe.labels)]

    @classmethod
    def layout(cls, order: Order) -> Layout:
        """Say which columns the rows have: who voted for what, and the mixed probabilities."""
        soft = order.recipe.vote is not None and order.recipe.vote.rule == "soft"
        return Layout(source=False, links=False, votes=True, distribution="target" if soft else None)


def _orders(order: Order) -> dict[str, Order]:
    """Make an order of every voter."""
    return {name: replace(order, recipe=recipe) for name, recipe in order.recipe.ballots.items()}
