"""From a recipe's section to the engine it names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from builders.order import Order
from builders.schema import (
    ApertiumSettings,
    AwesomeSettings,
    EflomalSettings,
    PretranslatedSettings,
    SimAlignSettings,
)
from builders.sources import LabelledText
from projection.alignment import Aligner, Eflomal, EmbeddingAligner, PharaohFiles, SimAlignReference
from projection.models import Checkpoint
from projection.translation import Apertium, Pretranslated, Translator


def aligner(order: Order) -> Aligner:
    """Make the aligner of a recipe.

    :param order: What is asked for.
    :returns: The engine.
    """
    settings = order.recipe.aligner
    if isinstance(settings, EflomalSettings):
        return Eflomal(model=settings.model, prefix_length=settings.prefix_length)
    if isinstance(settings, SimAlignSettings | AwesomeSettings):
        return _neural(settings, order.base)
    splits = list(order.recipe.source.files)
    sides = [_paths(side, splits, order.base) for side in (settings.forward, settings.reverse or {})]
    several = any(len(side) > 1 for side in sides)
    sizes = LabelledText(order.recipe, order.base).sizes() if several else ()
    return PharaohFiles(*sides, prefix=order.limit is not None, sizes=sizes)


def _neural(settings: SimAlignSettings | AwesomeSettings, base: Path) -> Aligner:
    """Make an aligner that compares vectors; a model is a folder beside the recipe, or an id on the Hub."""
    model = str(base / settings.model) if (base / settings.model).is_dir() else settings.model
    common: dict[str, Any] = {"layer": settings.layer, "batch_size": settings.batch_size}
    checkpoint = Checkpoint(name=model, revision=settings.revision)
    if isinstance(settings, AwesomeSettings):
        return EmbeddingAligner(checkpoint, rule="softmax", threshold=settings.threshold, **common)
    if settings.reference:
        return SimAlignReference(model, method=settings.method, layer=settings.layer, level=settings.level)
    return EmbeddingAligner(checkpoint, rule=settings.method, level=settings.level, **common)


def translator(order: Order) -> Translator:
    """Make the translator of a recipe.

    :param order: What is asked for.
    :returns: The engine.
    """
    settings = order.recipe.translator
    if isinstance(settings, ApertiumSettings):
        return Apertium(source=order.recipe.source.language, target=order.language, pair=settings.pair)
    assert isinstance(settings, PretranslatedSettings)
    ids = LabelledText(order.recipe, order.base, limit=order.limit).ids()
    path = order.base / settings.path
    return Pretranslated(path, format=settings.format, ids=ids, prefix=order.limit is not None)


def _paths(files: Mapping[str, str], splits: list[str], base: Path) -> list[Path]:
    """Order a direction's files as the splits are."""
    return [base / path for path in files.values()] if len(files) < 2 else [base / files[split] for split in splits]
