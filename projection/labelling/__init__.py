"""Labelling engines, one a file."""

from silverner.projection.labelling.labeller import FoundSpan, Labeller, Labelling
from silverner.projection.labelling.tagger import Tagger

__all__ = ["FoundSpan", "Labeller", "Labelling", "Tagger"]
