"""The engines a recipe names, built for one language."""

from __future__ import annotations

from silverner.builders.build_request import BuildRequest
from silverner.builders.recipe.sections import Glossary as GlossarySection
from silverner.builders.recipe.sections import Labeller as LabellerSection
from silverner.builders.recipe.sections import Teacher as TeacherSection
from silverner.builders.recipe.sections import Translator as TranslatorSection
from silverner.builders.sources import input_text
from silverner.projection.alignment import ALIGNERS, Aligner
from silverner.projection.chain.engine import EngineContext, signed
from silverner.projection.labelling import LABELLERS, Labeller, Tagger
from silverner.projection.languages import Language
from silverner.projection.translation import TRANSLATORS, Translator, TranslatorSettings
from silverner.projection.translation.glossary import GLOSSARIES, Glossary, GlossarySettings, TranslatedNames


def aligner(request: BuildRequest, *, source: Language) -> Aligner:
    """Make the aligner of a recipe.

    :param request: What is asked for.
    :param source: Language of the text that carries the labels.
    :returns: The engine.
    """
    settings = request.recipe.aligner
    assert settings is not None
    return signed(settings.build(_context(request, source, request.language)), ALIGNERS, settings.engine)


def translator(
    request: BuildRequest,
    settings: TranslatorSection | None,
    *,
    source: Language,
    target: Language,
    way_back: bool = False,
) -> Translator:
    """Make a translator of a recipe.

    :param request: What is asked for.
    :param settings: The section that names it.
    :param source: Language it translates from.
    :param target: Language it translates into.
    :param way_back: Whether the section was written for the other direction.
    :returns: The engine.
    """
    assert settings is not None
    engine = settings.build(_context(request, source, target, way_back=way_back))
    return signed(engine, TRANSLATORS, settings.engine)


def glossary(request: BuildRequest, settings: GlossarySection, *, source: Language) -> Glossary:
    """Make what knows the names of a recipe's entities in the target language.

    :param request: What is asked for.
    :param settings: The section that names a glossary, or a translator that is asked about every name alone.
    :param source: Language of the text that carries the labels.
    :returns: The engine.
    """
    if isinstance(settings, TranslatorSettings):
        engine = translator(request, settings, source=source, target=request.language)
        return TranslatedNames(engine, source=source, target=request.language)
    assert isinstance(settings, GlossarySettings)
    return signed(settings.build(_context(request, source, request.language)), GLOSSARIES, settings.engine)


def labeller(request: BuildRequest, settings: LabellerSection, *, language: Language) -> Labeller:
    """Make a labeller of a recipe.

    :param request: What is asked for.
    :param settings: The section that names it.
    :param language: Language of the text it reads.
    :returns: The engine.
    """
    return signed(settings.build(_context(request, language, request.language)), LABELLERS, settings.engine)


def teacher(request: BuildRequest, settings: TeacherSection) -> Tagger:
    """Make a teacher of a recipe.

    :param request: What is asked for.
    :param settings: The section that names it.
    :returns: The engine.
    """
    return settings.tagger(_context(request, request.language, request.language))


def _context(request: BuildRequest, source: Language, target: Language, *, way_back: bool = False) -> EngineContext:
    """Say what an engine may know of the corpus."""
    recipe, base = request.recipe, request.base
    return EngineContext(
        base=base,
        source=source,
        target=target,
        labels=recipe.labels,
        label_map=recipe.label_map,
        splits=tuple(recipe.input.files or {}),
        ids=lambda: input_text(recipe, base, language=request.language, limit=request.limit).ids(),
        sizes=lambda: input_text(recipe, base, language=request.language).sizes(),
        limit=request.limit,
        models=request.models,
        implied_way_back=way_back,
    )
