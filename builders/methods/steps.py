"""Runs of stages that several ways of making a corpus share."""

from __future__ import annotations

from collections.abc import Mapping

from silverner.builders import engines
from silverner.builders.build_request import Order
from silverner.builders.recipe.sections import Markers
from silverner.builders.sources import EvaluationText
from silverner.projection.chain import Stage
from silverner.projection.languages import Language
from silverner.projection.projector import Projector
from silverner.projection.scoring.capitalisation import CASED
from silverner.projection.scoring.weights import Weights
from silverner.projection.stages import (
    Align,
    AlignEach,
    DropCopies,
    FindOverlap,
    Gloss,
    GroupTokens,
    Identify,
    Label,
    Mark,
    Project,
    ProjectInCorpus,
    TeacherProbabilities,
    TranslateMarked,
    Truecase,
    Unmark,
)


def labelled(order: Order, *, text: str = "source", translated: bool = False) -> list[Stage]:
    """Return the stages that find the entities of a text, where the recipe wants an engine to.

    :param order: What is asked for.
    :param text: The text.
    :param translated: Whether it is a translation, whose translator may have copied words.
    :returns: Two stages, or none where the text comes with labels.
    """
    settings = order.recipe.labeller
    if settings is None:
        return []
    copies = translated and settings.copies == "cut"
    language = order.language if text == "target" else order.source
    return [
        Label(engines.labeller(order, settings, language=language), text=text),
        DropCopies(text=text, copies=copies),
    ]


def aligned(order: Order, *, source: Language, given: bool, unknown: bool = False) -> list[Stage]:
    """Return the stages that link source and target, and project through the links.

    :param order: What is asked for.
    :param source: Language of the text that carries the labels.
    :param given: Whether the target's tokens are those of a corpus; in a language without spaces they can be
        characters, of which words are made before anything is aligned.
    :param unknown: Whether the source is a translation, whose translator may have copied words.
    :returns: Two stages, or more.
    """
    recipe = order.recipe
    projector = Projector(
        matcher=recipe.matcher,
        score=recipe.score,
        # An aligner that compares vectors gives one alignment; there is nothing to symmetrise.
        symmetrise=getattr(recipe.aligner, "symmetrise", "gdfa"),
        weights=Weights.of(recipe.weights),
        threshold=recipe.threshold,
        proposer=recipe.candidates.engine,
        max_length=recipe.candidates.max_length,
        forbidden=recipe.candidates.forbidden,
        projections=recipe.candidates.projections,
        repeat=recipe.candidates.repeat,
        capitals=recipe.candidates.capitals,
        initial=recipe.candidates.initial,
    )
    aligner = engines.aligner(order, source=source)
    grouped = given and not order.language.spaced and recipe.aligner is not None and not recipe.aligner.keeps_tokens
    align = (Align if aligner.learns else AlignEach)(aligner, target="target.words" if grouped else "target.tokens")
    cases = bool(recipe.candidates.capitals) and order.language.script in CASED
    words: list[Stage] = [GroupTokens(order.language)] if grouped else []
    capitals: list[Stage] = [Truecase()] if cases else []
    tagger = recipe.candidates.tagger
    tagging: list[Stage] = []
    if tagger is not None:
        tagging = [Label(engines.labeller(order, tagger, language=order.language), text="target", name="tag-target")]
    names: list[Stage] = (
        [] if recipe.glosses is None else [Gloss(engines.glossary(order, recipe.glosses, source=source))]
    )
    project = (ProjectInCorpus if projector.needs_lexicon else Project)(
        projector,
        grouped=grouped,
        cases=cases,
        unknown=unknown and cases,
        found=recipe.labeller is not None,
        tagged=tagger is not None,
        glossed=recipe.glosses is not None,
    )
    return [*words, *capitals, *tagging, *names, align, project]


def screened(order: Order, thresholds: Mapping[str, float]) -> list[Stage]:
    """Return the stages that look at the target text itself, where a filter wants to know.

    :param order: What is asked for.
    :param thresholds: The filters.
    :returns: Two stages, one, or none.
    """
    recipe = order.recipe
    stages: list[Stage] = []
    if {"language", "wrong-script"} & thresholds.keys():
        stages.append(Identify(order.language, script_only="language" not in thresholds))
    if {"duplicate", "near-duplicate", "leak"} & thresholds.keys():
        sets = [EvaluationText(text, order.base, language=order.language) for text in recipe.evaluation]
        near = thresholds.get("near-duplicate")
        stages.append(FindOverlap(sets, near=near, parallel="source" in recipe.evidence))
    return stages


def taught(order: Order) -> list[Stage]:
    """Return the stage that asks teachers about the target, where the recipe names any.

    :param order: What is asked for.
    :returns: One stage, or none.
    """
    sections = order.recipe.teachers
    return [TeacherProbabilities([engines.teacher(order, section) for section in sections])] if sections else []


def marked(order: Order, *, back: bool, text: str, into: str) -> list[Stage]:
    """Return the stages that translate a labelled text with its entities marked.

    :param order: What is asked for.
    :param back: Whether it is translated back.
    :param text: The text, in the source language.
    :param into: Name of the translation, into the target language.
    :returns: Three stages.
    """
    recipe = order.recipe
    style = (recipe.markers or Markers()).style
    section, implied = recipe.translator, back and recipe.back_translator is None
    if back and section is not None:
        section = recipe.back_translator or section.reversed()
    translator = engines.translator(order, section, source=order.source, target=order.language, way_back=implied)
    # Brackets do not say which entity they hold; and translations that exist already hold no entity alone.
    alone = style == "brackets" and section is not None and section.translates_any_text
    return [
        Mark(order.source, text=text, style=style),
        TranslateMarked(translator, alone=alone),
        Unmark(order.language, text=text, into=into, style=style),
    ]
