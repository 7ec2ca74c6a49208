"""Labelling engines, one a file."""

from projection.labelling.labeller import FoundSpan, Labeller, Labelling
from projection.labelling.tagger import Tagger

__all__ = ["FoundSpan", "Labeller", "Labelling", "Tagger"]
