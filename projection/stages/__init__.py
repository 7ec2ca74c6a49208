"""The stages of the chain: each puts one engine, or one step of the projection, behind the stage protocol."""

from projection.stages.align import Align, AlignEach
from projection.stages.case import ReadCase
from projection.stages.columns import SPANS, TOKENS
from projection.stages.flag import Flag
from projection.stages.gloss import Gloss
from projection.stages.label import Adopt, Label
from projection.stages.mark import Arrive, Inherit, Mark, TranslateMarked, Unmark
from projection.stages.project import Project, ProjectInCorpus
from projection.stages.screen import Evaluation, FindOverlap, Identify
from projection.stages.teach import Teach
from projection.stages.text import Group, Join, Split, Translate
from projection.stages.trust import Trust
from projection.stages.vote import Vote

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
