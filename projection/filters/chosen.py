"""The filters that a recipe chooses, with their thresholds and the stages they need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from silverner.projection.chain.renamed_columns import signed_stage
from silverner.projection.filters import FILTERS
from silverner.projection.filters.filter import Filter, FilterContext, Row

if TYPE_CHECKING:
    from silverner.projection.chain import Stage


@dataclass(frozen=True, slots=True)
class ChosenFilter:
    """A filter with its name and threshold: a rule of :class:`~silverner.projection.stages.flag.Flag`."""

    name: str
    rule: Filter
    threshold: float
    plugin: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the filter reads."""
        return self.rule.columns

    @property
    def optional_columns(self) -> tuple[str, ...]:
        """The columns the filter reads if the chain has them."""
        return self.rule.optional_columns

    def settings(self) -> Mapping[str, object]:
        """Return the threshold; for a filter of another package also its name and version."""
        return {"threshold": self.threshold, **self.plugin}

    def fails(self, row: Row) -> bool:
        """Tell whether a sentence fails."""
        return self.rule.fails(row, self.threshold)


def choose_filters(thresholds: Mapping[str, float | None]) -> list[ChosenFilter]:
    """Look up filters.

    :param thresholds: Their names, each with its threshold or ``None`` for the default.
    :returns: The filters in alphabetical order, as flags are written.
    :raises UsageError: for a name that no filter has.
    :raises PluginError: when another package adds the filter, and it cannot be loaded.

    >>> [(chosen.name, chosen.threshold) for chosen in choose_filters({"unlinked": 0.1, "no-entity": None})]
    [('no-entity', 1), ('unlinked', 0.1)]
    """
    chosen = []
    for name, threshold in sorted(thresholds.items()):
        rule = FILTERS.get(name)
        value = rule.default if threshold is None else threshold
        chosen.append(ChosenFilter(name, rule, value, FILTERS.signature(name)))
    return chosen


def filter_stages(
    filters: Sequence[ChosenFilter], context: FilterContext, *, stages: Iterable[Stage] = ()
) -> list[Stage]:
    """Make the stages that filters need.

    :param filters: The filters.
    :param context: The facts on which the stages may depend.
    :param stages: The stages of the chain so far; one of the same name is not added again.
    :returns: The further stages, each once.
    """
    names = {stage.name for stage in stages}
    added: list[Stage] = []
    for chosen in filters:
        stage = chosen.rule.stage(context)
        if stage is not None and stage.name not in names:
            names.add(stage.name)
            added.append(signed_stage(stage, chosen.plugin))
    return added
