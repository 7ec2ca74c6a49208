"""From a recipe's section to the engine it names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from silverner.builders.build_request import Order
from silverner.builders.recipe.engine_sections import (
    ApertiumSettings,
    AwesomeSettings,
    CTranslate2Settings,
    DictionarySettings,
    EflomalSettings,
    Neural,
    PretranslatedSettings,
    SimAlignSettings,
    TaggerSettings,
    TeacherSettings,
)
from silverner.builders.recipe.engine_sections import Glosses as GlossesSettings
from silverner.builders.recipe.engine_sections import Translator as TranslatorSettings
from silverner.builders.sources import input_text
from silverner.projection.alignment import Aligner, Eflomal, EmbeddingAligner, PharaohFiles, SimAlignReference
from silverner.projection.errors import UsageError
from silverner.projection.labelling import Labeller, Tagger
from silverner.projection.languages import Language
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.translation import Apertium, CTranslate2, Pretranslated, Seq2Seq, Translator
from silverner.projection.translation.glossary import Dictionary, Glossary, TranslatedNames


def aligner(order: Order, *, source: Language) -> Aligner:
    """Make the aligner of a recipe.

    :param order: What is asked for.
    :param source: Language of the text that carries the labels.
    :returns: The engine.
    """
    settings = order.recipe.aligner
    if isinstance(settings, EflomalSettings):
        files = settings.priors
        priors = (order.base / files.source, order.base / files.target) if files is not None else None
        return Eflomal(model=settings.model, prefix_length=settings.prefix_length, priors=priors)
    if isinstance(settings, SimAlignSettings | AwesomeSettings):
        return _vectors(settings, order, source)
    assert settings is not None
    splits = list(order.recipe.input.files or {})
    sides = [_paths(side, splits, order.base) for side in (settings.forward, settings.reverse or {})]
    several = any(len(side) > 1 for side in sides)
    sizes = input_text(order.recipe, order.base, language=order.language).sizes() if several else ()
    return PharaohFiles(*sides, prefix=order.limit is not None, sizes=sizes)


def _vectors(settings: SimAlignSettings | AwesomeSettings, order: Order, source: Language) -> Aligner:
    """Make an aligner that compares vectors."""
    model = checkpoint(settings, order.base)
    if isinstance(settings, SimAlignSettings) and settings.reference:
        return SimAlignReference(model.name, method=settings.method, layer=settings.layer, level=settings.level)
    common: dict[str, Any] = {
        "layer": settings.layer,
        "batch_size": settings.batch_size,
        "source": source,
        "target": order.language,
        "source_code": settings.source_code,
        "target_code": settings.target_code,
    }
    if isinstance(settings, AwesomeSettings):
        return EmbeddingAligner(model, rule="softmax", threshold=settings.threshold, **common)
    return EmbeddingAligner(model, rule=settings.method, level=settings.level, **common)


def translator(
    order: Order, settings: TranslatorSettings | None, *, source: Language, target: Language, way_back: bool = False
) -> Translator:
    """Make a translator of a recipe.

    :param order: What is asked for.
    :param settings: The section that names it.
    :param source: Language it translates from.
    :param target: Language it translates into.
    :param way_back: Whether the section was written for the other direction.
    :returns: The engine.
    """
    if isinstance(settings, ApertiumSettings):
        return Apertium(source=source, target=target, pair=settings.pair)
    if isinstance(settings, PretranslatedSettings):
        ids = input_text(order.recipe, order.base, language=order.language, limit=order.limit).ids()
        path = order.base / settings.path
        return Pretranslated(path, format=settings.format, ids=ids, prefix=order.limit is not None)
    assert settings is not None
    common: dict[str, Any] = {
        "source": source,
        "target": target,
        "source_code": settings.source_code,
        "target_code": settings.target_code,
        "beams": settings.beams,
        "max_length": settings.max_length,
        "batch_size": settings.batch_size,
        "way_back": way_back,
    }
    model = checkpoint(settings, order.base)
    if isinstance(settings, CTranslate2Settings):
        return CTranslate2(model, compute_type=settings.compute_type, cache=order.models, **common)
    return Seq2Seq(model, prefix=settings.prefix, **common)


def glossary(order: Order, settings: GlossesSettings, *, source: Language) -> Glossary:
    """Make what knows the names of a recipe's entities in the target language.

    :param order: What is asked for.
    :param settings: The section that names it.
    :param source: Language of the text that carries the labels.
    :returns: The engine.
    """
    if isinstance(settings, DictionarySettings):
        return Dictionary(order.base / settings.path, target=order.language)
    engine = translator(order, settings, source=source, target=order.language)
    return TranslatedNames(engine, source=source, target=order.language)


def labeller(order: Order) -> Labeller:
    """Make the labeller of a recipe.

    :param order: What is asked for.
    :returns: The engine.
    """
    assert order.recipe.labeller is not None
    return tagger(order, order.recipe.labeller)


def tagger(order: Order, settings: TaggerSettings | TeacherSettings) -> Tagger:
    """Make the tagger of a section, a labeller's or a teacher's.

    :param order: What is asked for.
    :param settings: The section.
    :returns: The engine.
    """
    return Tagger(
        checkpoint(settings, order.base),
        labels=order.recipe.labels,
        label_map=order.recipe.label_map,
        scheme=settings.scheme,
        distribution=isinstance(settings, TaggerSettings) and settings.distribution,
        batch_size=settings.batch_size,
    )


def checkpoint(settings: Neural, base: Path) -> Checkpoint:
    """Find the model of a section: a folder beside the recipe, or an id on the Hub.

    :param settings: The section.
    :param base: The folder the recipe's paths are relative to.
    :returns: The model, not loaded.
    """
    folder = (base / settings.model).is_dir()
    if folder and settings.revision is not None:
        raise UsageError(f"revision: {settings.revision}: the model {settings.model!r} is a folder, which has none")
    return Checkpoint(
        name=str(base / settings.model) if folder else settings.model,
        revision=settings.revision,
        precision=settings.precision,
        device=settings.device,
    )


def _paths(files: Mapping[str, str], splits: list[str], base: Path) -> list[Path]:
    """Order a direction's files as the splits are."""
    return [base / path for path in files.values()] if len(files) < 2 else [base / files[split] for split in splits]
