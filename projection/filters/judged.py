"""The filter on what a judge, a language model, says of the entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from silverner.projection.filters.filter import Filter, FilterContext, Row

if TYPE_CHECKING:
    from silverner.projection.chain import Stage


class JudgedWrong(Filter):
    """Entities that a language model calls wrong."""

    default = 1
    says = "the judge calls less than {} of the entities right, or gave no usable answer"
    columns = ("projected.judged_right",)
    uses_judge = True

    def stage(self, context: FilterContext) -> Stage:
        """Ask the judge."""
        from silverner.projection.stages.judge import AskJudge  # reading a recipe must not load what a chain needs

        assert context.judge is not None  # the recipe was checked
        return AskJudge(context.judge)

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the share of right entities with the required minimum."""
        share: float | None = row["projected.judged_right"]
        return share is None or share < threshold
