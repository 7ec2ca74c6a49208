"""What supports a language: shipped recipes, and translators that know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from silverner.builders.recipe.load import load_recipe, shipped_recipes
from silverner.projection.errors import MissingEngineError
from silverner.projection.languages import Language
from silverner.projection.text import tokenization
from silverner.projection.translation import TRANSLATORS


def language_support(languages: Iterable[Language]) -> list[dict[str, Any]]:
    """List what supports each language.

    :param languages: Languages of the table.
    :returns: Their codes and properties, and their ``recipes`` and ``engines``.
    """
    recipes = _recipes_by_language()
    return [{**_facts(one), "engines": _engines(one), "recipes": recipes.get(one.code, [])} for one in languages]


def support_table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write the support of languages for people, one line for each.

    :param rows: As :func:`language_support` returns them.
    :returns: Text of several lines.
    """
    lines = [f"{'code':<5} {'language':<26} {'script':<7} {'words':<8} {'translators':<24} recipes"]
    for row in rows:
        spaces = "spaced" if row["spaced"] else "unspaced"
        script = f"{row['script']}{' <' if row['direction'] == 'rtl' else ''}"
        engines = ", ".join(row["engines"]) or "none"
        recipes = ", ".join(row["recipes"]) or "none"
        lines.append(f"{row['code']:<5} {row['name']:<26.26} {script:<7} {spaces:<8} {engines:<24} {recipes}")
    return "\n".join(lines)


def _facts(language: Language) -> dict[str, Any]:
    codes = ("iso1", "bcp47", "script", "direction", "spaced", "nllb", "m2m100", "apertium", "wikiann", "masakhaner")
    properties = {name: getattr(language, name) for name in codes}
    return {"code": language.code, "name": language.name, **properties, "aliases": list(language.aliases)}


def _engines(language: Language) -> list[str]:
    """Name the translators that know a language, and say where its segmenter is not installed."""
    names = list(dict.fromkeys(name for _, settings in TRANSLATORS.items() for name in settings.names_for(language)))
    try:
        tokenization.check(language)
    except MissingEngineError:
        names.append("(no segmenter)")
    return names


@cache
def _recipes_by_language() -> Mapping[str, list[str]]:
    """List the shipped recipes that build each language."""
    recipes: dict[str, list[str]] = {}
    for name in shipped_recipes():
        for code, one in load_recipe(name).languages.items():
            recipes.setdefault(one.find(code).code, []).append(name)
    return recipes
