"""Projected labels: from sentences labelled in one language to the same sentences in another.

Pure functions and small engines; nothing here knows of builders, cards or the Hub. Each name is imported when it is
first used, so that a light module of this package (the choices of the command line) loads nothing heavy.

>>> from silverner.projection import project
>>> project(["Kenya"], ["B-LOC"], ["Kenia"], [(0, 0)]).tags
['B-LOC']
"""

from importlib import import_module
from typing import TYPE_CHECKING

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

_MODULES = {
    "errors": ("DataError", "SilvernerError", "UsageError"),
    "links": ("Link", "parse_pharaoh", "symmetrise"),
    "projector": ("Projector", "project", "project_batch"),
    "result": ("Projection",),
    "spans": ("ProjectedSpan", "Span", "spans_from_tags", "tags_from_spans"),
}


def __getattr__(name: str) -> object:
    """Import a public name from its module."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
