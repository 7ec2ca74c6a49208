"""Estimates how long the models of a build run on a GPU, and how much of its memory they take."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from silverner.builders.models import millions_of_parameters
from silverner.builders.recipe.schema import LanguageRecipe
from silverner.projection.neural.settings import ModelSettings

_RATES = Path(__file__).with_name("rates.yaml")
_TASKS = {
    **dict.fromkeys(("translator", "back_translator", "inserter"), "translate"),
    "aligner": "encode",
    "labeller": "tag",
}
"""What a model does, by its key in the recipe. Other keys are left out: they read parts of the text only."""
_TEXTS = {"translate": 1, "tag": 1, "encode": 2}
"""How many texts of the length of the input a task reads."""
_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2, "auto": 2}
"""Bytes of a weight on a GPU."""
WORKING_SHARE, WORKING_GB = 0.3, 1.0
"""Memory beside the weights, a share of them and GB: activations, the cache of a decoder, the library. Not measured."""
TOKENS_OF_SENTENCE = 25
"""Taken where the tokens of a text are not known."""
SAMPLE = 1000
"""Sentences for which the time is said where their number is not known."""


def tokens_a_second(task: str, parameters: float) -> tuple[float, bool]:
    """Look up how fast a model reads on a GPU.

    :param task: ``translate``, ``tag`` or ``encode``.
    :param parameters: Millions of parameters.
    :returns: Tokens a second, and whether they were measured.
    """
    entries = [entry for entry in _rates() if entry["task"] == task]
    nearest = min(entries, key=lambda entry: abs(math.log(entry["parameters"] / parameters)))
    return nearest["tokens"] * nearest["parameters"] / parameters, nearest["measured"]


def estimate(recipes: Sequence[LanguageRecipe], texts: Sequence[Mapping[str, Any]], base: Path) -> dict[str, Any]:
    """Estimate the work of the models of a build that begins from nothing.

    :param recipes: The recipe of every language.
    :param texts: For every language what was read of its input text: ``sentences`` and ``tokens``, or ``None``.
    :param base: The folder that paths of the recipe are relative to.
    :returns: The sentences; whether these are all; for every model its hours and GB; models of unknown size.
    """
    counted = all(text["sentences"] is not None for text in texts)
    sizes = [_tokens(text) for text in texts] if counted else [SAMPLE * TOKENS_OF_SENTENCE / len(texts)] * len(texts)
    sentences = sum(text["sentences"] for text in texts) if counted else SAMPLE
    models: dict[tuple[str, str], dict[str, Any]] = {}
    unknown: dict[str, None] = {}
    for recipe, tokens in zip(recipes, sizes, strict=True):
        for role, section in recipe.engines:
            if role not in _TASKS or not isinstance(section, ModelSettings):
                continue
            parameters = millions_of_parameters(section, base)
            if parameters is None:
                unknown[section.model] = None
                continue
            speed, measured = tokens_a_second(_TASKS[role], parameters)
            gigabytes = parameters / 1000 * _BYTES[section.precision] * (1 + WORKING_SHARE) + WORKING_GB
            facts = {
                "role": role,
                "model": section.model,
                "hours": 0.0,
                "gb": round(gigabytes, 1),
                "measured": measured,
            }
            one = models.setdefault((role, section.model), facts)
            one["hours"] += tokens * _TEXTS[_TASKS[role]] / speed / 3600
    return {"sentences": sentences, "counted": counted, "models": list(models.values()), "unknown": list(unknown)}


def describe(facts: Mapping[str, Any]) -> list[str]:
    """Describe an estimate for people.

    :param facts: As :func:`estimate` returns them.
    :returns: A line; none where no model has a known size.

    >>> describe({"sentences": 1000, "counted": False, "models": [], "unknown": []})
    []
    """
    if not facts["models"]:
        return []
    parts = [f"{one['role'].replace('_', ' ')} {_duration(one['hours'])}" for one in facts["models"]]
    total = _duration(sum(one["hours"] for one in facts["models"]))
    many = f"{facts['sentences']:,} sentences" if facts["counted"] else f"every {SAMPLE:,} sentences"
    guessed = "" if all(one["measured"] for one in facts["models"]) else " (estimated, not measured)"
    without = f"; without {', '.join(facts['unknown'])}, of unknown size" if facts["unknown"] else ""
    memory = max(one["gb"] for one in facts["models"])
    time = f"about {total} ({', '.join(parts)})"
    return [f"time on one GPU for {many}{guessed}: {time}, with {memory:.0f} GB of its memory{without}"]


def _tokens(text: Mapping[str, Any]) -> float:
    return float(text["tokens"] if text["tokens"] is not None else text["sentences"] * TOKENS_OF_SENTENCE)


def _duration(hours: float) -> str:
    """Say a time in the unit that people would use."""
    if hours >= 1:
        return f"{hours:,.1f} h"
    return f"{hours * 60:.0f} min" if hours * 60 >= 1 else f"{hours * 3600:.0f} s"


@cache
def _rates() -> Sequence[Mapping[str, Any]]:
    rates: Sequence[Mapping[str, Any]] = yaml.safe_load(_RATES.read_text(encoding="utf-8"))
    return rates
