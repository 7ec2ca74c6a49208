"""Groups of stages that several methods share."""

from __future__ import annotations

from silverner.builders import engines
from silverner.builders.build_request import BuildRequest
from silverner.builders.recipe.schema import LanguageRecipe
from silverner.builders.recipe.sections import MarkersSection, aligners_of
from silverner.projection.alignment.combination import member_names
from silverner.projection.chain import Stage
from silverner.projection.languages import Language
from silverner.projection.projector import Projector
from silverner.projection.scoring.capitalisation import SCRIPTS_WITH_CAPITALS
from silverner.projection.scoring.weights import PartWeights
from silverner.projection.stages import (
    Align,
    AlignEach,
    AlignEntities,
    CombineLinks,
    DropCopies,
    Gloss,
    GroupTokens,
    Label,
    Mark,
    Project,
    ProjectInCorpus,
    TeacherProbabilities,
    TranslateMarked,
    Truecase,
    Unmark,
    member_stage,
)
from silverner.projection.stages.align import SOFT_LINK_COLUMNS


def labelling_stages(request: BuildRequest, *, text: str = "source", translated: bool = False) -> list[Stage]:
    """Return the stages that label a text, where the recipe has a labeller.

    :param request: What is to be built.
    :param text: The text.
    :param translated: Whether it is a translation, whose translator may have copied words.
    :returns: Two stages, or none where the text comes with labels.
    """
    settings = request.recipe.labeller
    if settings is None:
        return []
    copies = translated and settings.copies == "cut"
    language = request.language if text == "target" else request.source
    return [
        Label(engines.labeller(request, settings, language=language), text=text),
        DropCopies(text=text, copies=copies, labels=request.recipe.labels),
    ]


def alignment_stages(
    request: BuildRequest, *, source: Language, target_is_tokenized: bool, unknown: bool = False
) -> list[Stage]:
    """Return the stages that link source and target, and project through the links.

    :param request: What is to be built.
    :param source: Language of the text that carries the labels.
    :param target_is_tokenized: Whether the target's tokens are those of a corpus. In a language without spaces they
        can be characters, which are grouped into words before anything is aligned.
    :param unknown: Whether the source is a translation, whose translator may have copied words.
    :returns: Two stages, or more.
    """
    recipe = request.recipe
    projector = _projector(recipe)
    linking, grouped = _linking_stages(
        request, source=source, may_be_characters=target_is_tokenized and not request.language.spaced
    )
    cases = recipe.candidates.capitals != () and request.language.script in SCRIPTS_WITH_CAPITALS
    capitals: list[Stage] = [Truecase()] if cases else []
    tagger = recipe.candidates.tagger
    tagging: list[Stage] = []
    if tagger is not None:
        tagging = [
            Label(engines.labeller(request, tagger, language=request.language), text="target", name="tag-target")
        ]
    names: list[Stage] = (
        [] if recipe.glosses is None else [Gloss(engines.glossary(request, recipe.glosses, source=source))]
    )
    before = [*capitals, *tagging, *names, *linking]
    evidence = {column for stage in before for column in stage.outputs}
    project = (ProjectInCorpus if projector.needs_cooccurrences else Project)(
        projector,
        grouped=grouped,
        evidence=evidence | {"source.unknown"} if unknown and cases else evidence,
        entities_are_predicted=recipe.labeller is not None,
        labels=recipe.labels,
    )
    return [*before, project]


def _linking_stages(request: BuildRequest, *, source: Language, may_be_characters: bool) -> tuple[list[Stage], bool]:
    """Return the stages that link, and whether all links are of the target's words instead of its tokens.

    Each of several aligners is a stage of its own, so that its links are stored apart from those of the others.
    """
    sections = aligners_of(request.recipe.aligner)
    names = member_names([section.engine for section in sections])
    of_words = [
        name for name, section in zip(names, sections, strict=True) if may_be_characters and not section.keeps_tokens
    ]
    aligning: list[Stage] = []
    for name, section in zip(names, sections, strict=True):
        aligner = engines.aligner(request, section, source=source)
        target = "target.words" if name in of_words else "target.tokens"
        kind = AlignEntities if section.reads_entities else Align if aligner.learns else AlignEach
        aligning.append(kind(aligner, target=target))
    all_of_words = len(of_words) == len(sections)
    if len(sections) > 1:
        with_soft_links = [
            name
            for stage, name in zip(aligning, names, strict=True)
            if SOFT_LINK_COLUMNS.keys() <= stage.outputs.keys()
        ]
        aligning = [member_stage(stage, name) for stage, name in zip(aligning, names, strict=True)]
        aligning.append(CombineLinks(names, of_words=() if all_of_words else of_words, with_soft_links=with_soft_links))
    return [*([GroupTokens(request.language)] if of_words else []), *aligning], all_of_words


def _projector(recipe: LanguageRecipe) -> Projector:
    """Return the projector with the settings of a recipe."""
    return Projector(
        matcher=recipe.matcher,
        score=recipe.score,
        # An aligner that compares vectors gives one alignment; there is nothing to symmetrise. Several aligners differ
        # in how many of them agree, and are joined as usual.
        symmetrise=getattr(recipe.aligner, "symmetrise", "gdfa"),
        weights=PartWeights.of(recipe.weights),
        threshold=recipe.threshold,
        proposer=recipe.candidates.engine,
        max_length=recipe.candidates.max_length,
        forbidden=recipe.candidates.forbidden,
        projections=recipe.candidates.projections,
        repeat=recipe.candidates.repeat,
        capitals=recipe.candidates.capitals,
        initial=recipe.candidates.initial,
    )


def teacher_stages(request: BuildRequest) -> list[Stage]:
    """Return the stage that asks teachers about the target, where the recipe names any.

    :param request: What is to be built.
    :returns: One stage, or none.
    """
    sections = request.recipe.teachers
    return [TeacherProbabilities([engines.teacher(request, section) for section in sections])] if sections else []


def marking_stages(request: BuildRequest, *, way_back: bool, text: str, into: str) -> list[Stage]:
    """Return the stages that translate a labelled text with its entities marked.

    :param request: What is to be built.
    :param way_back: Whether the text is a translation, which is translated back.
    :param text: The text, in the source language.
    :param into: Name of the translation, into the target language.
    :returns: Three stages.
    """
    recipe = request.recipe
    style = (recipe.markers or MarkersSection()).style
    section, implied = recipe.translator, way_back and recipe.back_translator is None
    if way_back and section is not None:
        section = recipe.back_translator or section.reversed()
    translator = engines.translator(request, section, source=request.source, target=request.language, way_back=implied)
    # Brackets do not say which entity they hold; and translations that exist already hold no entity alone.
    alone = style == "brackets" and section is not None and section.translates_any_text
    return [
        Mark(request.source, text=text, style=style),
        TranslateMarked(translator, alone=alone),
        Unmark(request.language, text=text, into=into, style=style),
    ]
