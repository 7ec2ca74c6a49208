"""Projected labels: from sentences labelled in one language to the same sentences in another.

Pure functions and small engines; nothing here knows of builders, cards or the Hub.

>>> from silverner.projection import project
>>> project(["Kenya"], ["B-LOC"], ["Kenia"], [(0, 0)]).tags
['B-LOC']
"""

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
