"""Vote: several methods label the same target text, and vote on its entities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from silverner.builders.build_request import BuildRequest
from silverner.builders.methods.base import SilverBuilder
from silverner.builders.rows import Layout
from silverner.projection.chain import SentenceSource, Stage
from silverner.projection.chain.renamed_columns import side_by_side
from silverner.projection.stages import Vote
from silverner.projection.stages.vote import Voter


class VoteCorpus(SilverBuilder):
    """Runs every voter, a recipe of its own over the same text; stages that voters share run once."""

    labelled_text: ClassVar[str] = "projected"

    @classmethod
    def source(cls, request: BuildRequest) -> SentenceSource:
        """Return the text, as the voter with the most columns reads it: those include the columns of the others."""
        views = [one.builder.source(one) for one in _requests(request).values()]
        return max(views, key=lambda view: len(view.outputs))

    @classmethod
    def stages(cls, request: BuildRequest) -> Sequence[Stage]:
        """Return every voter's stages, and the vote."""
        requests, recipe = _requests(request), request.recipe
        runs = {name: one.builder.stages(one) for name, one in requests.items()}
        stages, columns = side_by_side(runs, cls.source(request).outputs)
        assert recipe.vote is not None
        voters = {}
        for name, one in requests.items():
            labeller = one.recipe.labeller
            has_distribution = one.builder.labelled_text == "target" and labeller is not None and labeller.distribution
            voters[name] = Voter(
                entities=columns[name]["projected.entities"],
                distribution=columns[name]["target.distribution"] if has_distribution else None,
                weight=recipe.vote.weights.get(name, 1.0),
            )
        return [*stages, Vote(voters, rule=recipe.vote.rule, least=recipe.vote.least, labels=recipe.labels)]

    @classmethod
    def layout(cls, request: BuildRequest) -> Layout:
        """Return which columns the rows have: the votes, and the mean of probabilities where voting is soft."""
        soft = request.recipe.vote is not None and request.recipe.vote.rule == "soft"
        return Layout(source=False, links=False, votes=True, distribution="target" if soft else None)


def _requests(request: BuildRequest) -> dict[str, BuildRequest]:
    """Make a request of every voter."""
    return {name: replace(request, recipe=recipe) for name, recipe in request.recipe.ballots.items()}
