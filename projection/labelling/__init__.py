"""Labelling engines, one a file."""

from typing import TYPE_CHECKING

from silverner.projection.registry import names_on_demand

if TYPE_CHECKING:
    from silverner.projection.labelling.labeller import LABELLERS, Labeller, LabellerSettings, Labelling, TaggedSpan
    from silverner.projection.labelling.llm import LlmLabeller
    from silverner.projection.labelling.tagger import Tagger

__all__ = ["LABELLERS", "Labeller", "LabellerSettings", "Labelling", "LlmLabeller", "TaggedSpan", "Tagger"]

__getattr__ = names_on_demand(
    __name__,
    {
        "labeller": ("LABELLERS", "Labeller", "LabellerSettings", "Labelling", "TaggedSpan"),
        "llm": ("LlmLabeller",),
        "tagger": ("Tagger",),
    },
)
