"""Filters: named rules that a sentence may fail. A failed rule is a flag; the recipe says which flags drop a sentence.

To add a filter, write a subclass of :class:`~silverner.projection.filters.filter.Filter` and add one line to the table.
Another package adds a filter by an entry point of the group ``silverner.filters``.
"""

from __future__ import annotations

from silverner.projection.filters.filter import Filter, FilterContext, FilterEvidence, Row, filter_of
from silverner.projection.registry import Registry

_ROOM = "silverner.projection.filters"

FILTERS: Registry[Filter] = Registry(
    "filter",
    "silverner.filters",
    {
        "lost-entity": f"{_ROOM}.entities:LostEntity",
        "no-entity": f"{_ROOM}.entities:NoEntity",
        "entity-count": f"{_ROOM}.entities:EntityCount",
        "projection-ratio": f"{_ROOM}.entities:ProjectionRatio",
        "weak-entity": f"{_ROOM}.entities:WeakEntity",
        "low-confidence": f"{_ROOM}.entities:LowConfidence",
        "weak-label": f"{_ROOM}.entities:WeakLabel",
        "judged-wrong": f"{_ROOM}.judged:JudgedWrong",
        "length-ratio": f"{_ROOM}.translation:LengthRatio",
        "unlinked": f"{_ROOM}.translation:Unlinked",
        "untranslated": f"{_ROOM}.translation:Untranslated",
        "unknown-word": f"{_ROOM}.translation:UnknownWord",
        "resplit": f"{_ROOM}.translation:Resplit",
        "marker-fault": f"{_ROOM}.translation:MarkerFault",
        "language": f"{_ROOM}.text:WrongLanguage",
        "wrong-script": f"{_ROOM}.text:WrongScript",
        "duplicate": f"{_ROOM}.text:Duplicate",
        "near-duplicate": f"{_ROOM}.text:NearDuplicate",
        "leak": f"{_ROOM}.text:Leak",
    },
    accepts=filter_of,
)
"""All filters by name, those of other packages included."""

__all__ = ["FILTERS", "Filter", "FilterContext", "FilterEvidence", "Row"]
