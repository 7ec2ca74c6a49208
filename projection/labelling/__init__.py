"""Labelling engines, one a file."""

from silverner.projection.labelling.labeller import LABELLERS, Labeller, LabellerSettings, Labelling, TaggedSpan
from silverner.projection.labelling.tagger import Tagger

__all__ = ["LABELLERS", "Labeller", "LabellerSettings", "Labelling", "TaggedSpan", "Tagger"]
