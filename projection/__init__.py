"""Projected labels: from sentences labelled in one language to the same sentences in another.

Pure functions and small engines; nothing here knows of builders, cards or the Hub. Each name is imported when it is
first used, so that a light module of this package (the choices of the command line) loads nothing heavy.

>>> from silverner.projection import project
>>> project(["Kenya"], ["B-LOC"], ["Kenia"], [(0, 0)]).tags
['B-LOC']
"""

from typing import TYPE_CHECKING

from silverner.projection.registry import names_on_demand

if TYPE_CHECKING:
    from silverner.projection.errors import DataError, SilvernerError, UsageError
    from silverner.projection.links import Link, parse_pharaoh, symmetrise
    from silverner.projection.projector import Projector, project, project_batch
    from silverner.projection.result import Projection
    from silverner.projection.spans import ProjectedSpan, Span, spans_from_tags, tags_from_spans

__all__ = [
    "DataError",
    "Link",
    "ProjectedSpan",
    "Projection",
    "Projector",
    "SilvernerError",
    "Span",
    "UsageError",
    "parse_pharaoh",
    "project",
    "project_batch",
    "spans_from_tags",
    "symmetrise",
    "tags_from_spans",
]

__getattr__ = names_on_demand(
    __name__,
    {
        "errors": ("DataError", "SilvernerError", "UsageError"),
        "links": ("Link", "parse_pharaoh", "symmetrise"),
        "projector": ("Projector", "project", "project_batch"),
        "result": ("Projection",),
        "spans": ("ProjectedSpan", "Span", "spans_from_tags", "tags_from_spans"),
    },
)
