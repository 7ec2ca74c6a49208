"""Labelling engines, one a file."""

from silverner.projection.labelling.labeller import LABELLERS, FoundSpan, Labeller, LabellerSettings, Labelling
from silverner.projection.labelling.tagger import Tagger

__all__ = ["LABELLERS", "FoundSpan", "Labeller", "LabellerSettings", "Labelling", "Tagger"]
