"""Builds the engines of a recipe for one language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from silverner.builders.build_request import BuildRequest
from silverner.builders.recipe.schema import LanguageRecipe
from silverner.builders.recipe.sections import LabellerSection, TeacherSection, TranslatorSection
from silverner.builders.sources import input_text
from silverner.projection.alignment import ALIGNERS, Aligner, AlignerSettings
from silverner.projection.chain.engine import EngineContext, EngineSettings, signed
from silverner.projection.filters import FILTERS
from silverner.projection.labelling import LABELLERS, Labeller, LabellerSettings
from silverner.projection.labelling.labeller import Teacher
from silverner.projection.languages import Language
from silverner.projection.llm.judge import Judge
from silverner.projection.registry import Registry
from silverner.projection.translation import TRANSLATORS, Translator, TranslatorSettings
from silverner.projection.translation.glossary import GLOSSARIES, Glossary, GlossarySettings, TranslatedNames

if TYPE_CHECKING:
    from silverner.projection.translation.inserter import Inserter

_REGISTRIES: dict[type[EngineSettings], Registry[Any]] = {
    TranslatorSettings: TRANSLATORS,
    LabellerSettings: LABELLERS,
    AlignerSettings: ALIGNERS,
    GlossarySettings: GLOSSARIES,
}


def aligner(request: BuildRequest, settings: AlignerSettings, *, source: Language) -> Aligner:
    """Make an aligner of a recipe.

    :param request: What is asked for.
    :param settings: The section that names it.
    :param source: Language of the text that carries the labels.
    :returns: The engine.
    """
    return signed(settings.build(_context(request, source, request.language)), _signature(settings))


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
    return signed(engine, _signature(settings))


def inserter(request: BuildRequest) -> Inserter:
    """Make the engine that inserts markers into a translation.

    :param request: What is asked for; its recipe has checked that the engine gives probabilities.
    :returns: The engine.
    """
    settings = request.recipe.inserter or request.recipe.translator
    assert settings is not None
    engine = settings.inserter(_context(request, request.source, request.language))
    return signed(engine, _signature(settings))


def glossary(request: BuildRequest, settings: EngineSettings, *, source: Language) -> Glossary:
    """Make the glossary of a recipe; it translates the names of entities into the target language.

    :param request: What is asked for.
    :param settings: The section that names a glossary, or a translator that translates every name on its own.
    :param source: Language of the text that carries the labels.
    :returns: The engine.
    """
    if isinstance(settings, TranslatorSettings):
        engine = translator(request, settings, source=source, target=request.language)
        return TranslatedNames(engine, source=source, target=request.language)
    assert isinstance(settings, GlossarySettings)
    return signed(settings.build(_context(request, source, request.language)), _signature(settings))


def labeller(request: BuildRequest, settings: LabellerSection, *, language: Language) -> Labeller:
    """Make a labeller of a recipe.

    :param request: What is asked for.
    :param settings: The section that names it.
    :param language: Language of the text it reads.
    :returns: The engine.
    """
    return signed(settings.build(_context(request, language, request.language)), _signature(settings))


def teacher(request: BuildRequest, settings: TeacherSection) -> Teacher:
    """Make a teacher of a recipe.

    :param request: What is asked for.
    :param settings: The section that names it.
    :returns: The engine.
    """
    return settings.teacher(_context(request, request.language, request.language))


def judge(request: BuildRequest) -> Judge | None:
    """Make the judge of a recipe, where it names one.

    :param request: What is asked for.
    :returns: The engine.
    """
    settings = request.recipe.judge
    return None if settings is None else settings.build(_context(request, request.source, request.language))


def plugins_of(recipe: LanguageRecipe) -> dict[str, str]:
    """List the engines and filters of a recipe that other packages add.

    :param recipe: The recipe of one language.
    :returns: The package and version of each one, as in ``{"translator mine": "my-package 1.0"}``.
    """
    plugins: dict[str, str] = {}
    for _, section in recipe.engines:
        if isinstance(section, EngineSettings) and (signature := _signature(section)):
            plugins[f"{_registry(section).kind} {section.engine}"] = signature["plugin"]
    for name in recipe.filters:
        if signature := FILTERS.signature(name):
            plugins[f"filter {name}"] = signature["plugin"]
    return plugins


def _registry(settings: EngineSettings) -> Registry[Any]:
    """Find the registry of an engine."""
    return next(registry for kind, registry in _REGISTRIES.items() if isinstance(settings, kind))


def _signature(settings: EngineSettings) -> dict[str, str]:
    """Return the package of an engine, if another package adds it."""
    return _registry(settings).signature(settings.engine)


def _context(request: BuildRequest, source: Language, target: Language, *, way_back: bool = False) -> EngineContext:
    """Collect the facts that an engine gets about the corpus."""
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
        allow_commands=request.allow_commands,
    )
