"""The stages of the chain: each puts one engine, or one step of the projection, behind the stage protocol."""

from silverner.projection.stages.align import Align, AlignEach
from silverner.projection.stages.case import ReadCase
from silverner.projection.stages.columns import SPANS, TOKENS
from silverner.projection.stages.drop_copies import Trust
from silverner.projection.stages.flag import Flag
from silverner.projection.stages.gloss import Gloss
from silverner.projection.stages.label import Adopt, Label
from silverner.projection.stages.mark import Arrive, Inherit, Mark, TranslateMarked, Unmark
from silverner.projection.stages.project import Project, ProjectInCorpus
from silverner.projection.stages.teacher_probabilities import Teach
from silverner.projection.stages.text import Group, Join, Split, Translate
from silverner.projection.stages.text_checks import Evaluation, FindOverlap, Identify
from silverner.projection.stages.vote import Vote

__all__ = [
    "SPANS",
    "TOKENS",
    "Adopt",
    "Align",
    "AlignEach",
    "Arrive",
    "Evaluation",
    "FindOverlap",
    "Flag",
    "Gloss",
    "Group",
    "Identify",
    "Inherit",
    "Join",
    "Label",
    "Mark",
    "Project",
    "ProjectInCorpus",
    "ReadCase",
    "Split",
    "Teach",
    "Translate",
    "TranslateMarked",
    "Trust",
    "Unmark",
    "Vote",
]
