"""The stages of the chain: each puts one engine, or one step of the projection, behind the stage protocol."""

from typing import TYPE_CHECKING

from silverner.projection.registry import names_on_demand

if TYPE_CHECKING:
    from silverner.projection.stages.align import Align, AlignEach, AlignEntities
    from silverner.projection.stages.columns import SPANS, TOKENS
    from silverner.projection.stages.combine_links import CombineLinks, member_stage
    from silverner.projection.stages.drop_copies import DropCopies
    from silverner.projection.stages.flag import Flag, TextRoles
    from silverner.projection.stages.gloss import Gloss
    from silverner.projection.stages.insert import Insert
    from silverner.projection.stages.label import Label, UseTargetEntities
    from silverner.projection.stages.mark import CarryConfidence, Mark, ProjectMarked, TranslateMarked, Unmark
    from silverner.projection.stages.project import Project, ProjectInCorpus
    from silverner.projection.stages.teacher_probabilities import TeacherProbabilities
    from silverner.projection.stages.text import (
        Detokenize,
        GroupTokens,
        ReadTranslations,
        Tokenize,
        Translate,
        translate,
    )
    from silverner.projection.stages.text_checks import EvaluationSet, FindOverlap, Identify
    from silverner.projection.stages.truecase import Truecase
    from silverner.projection.stages.vote import Vote

__all__ = [
    "SPANS",
    "TOKENS",
    "Align",
    "AlignEach",
    "AlignEntities",
    "CarryConfidence",
    "CombineLinks",
    "Detokenize",
    "DropCopies",
    "EvaluationSet",
    "FindOverlap",
    "Flag",
    "Gloss",
    "GroupTokens",
    "Identify",
    "Insert",
    "Label",
    "Mark",
    "Project",
    "ProjectInCorpus",
    "ProjectMarked",
    "ReadTranslations",
    "TeacherProbabilities",
    "TextRoles",
    "Tokenize",
    "Translate",
    "TranslateMarked",
    "Truecase",
    "Unmark",
    "UseTargetEntities",
    "Vote",
    "member_stage",
    "translate",
]

__getattr__ = names_on_demand(
    __name__,
    {
        "align": ("Align", "AlignEach", "AlignEntities"),
        "columns": ("SPANS", "TOKENS"),
        "combine_links": ("CombineLinks", "member_stage"),
        "drop_copies": ("DropCopies",),
        "flag": ("Flag", "TextRoles"),
        "gloss": ("Gloss",),
        "insert": ("Insert",),
        "label": ("Label", "UseTargetEntities"),
        "mark": ("CarryConfidence", "Mark", "ProjectMarked", "TranslateMarked", "Unmark"),
        "project": ("Project", "ProjectInCorpus"),
        "teacher_probabilities": ("TeacherProbabilities",),
        "text": ("Detokenize", "GroupTokens", "ReadTranslations", "Tokenize", "Translate", "translate"),
        "text_checks": ("EvaluationSet", "FindOverlap", "Identify"),
        "truecase": ("Truecase",),
        "vote": ("Vote",),
    },
)
