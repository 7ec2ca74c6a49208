"""What serves a language: recipes that are shipped, and engines that know it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from silverner.builders.recipe.load import load_recipe, shipped_recipes
from silverner.projection.errors import EngineError, MissingEngineError
from silverner.projection.languages import Language, short_code
from silverner.projection.text import tokenization
from silverner.projection.translation.apertium import installed_pairs


def offers(languages: Iterable[Language]) -> list[dict[str, Any]]:
    """Say what serves each language.

    :param languages: Languages of the table.
    :returns: Their codes and properties, and under ``recipes`` and ``engines`` what serves them.
    """
    served = _served()
    return [{**_facts(one), "engines": _engines(one), "recipes": served.get(one.code, [])} for one in languages]


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write offers for people, a line a language.

    :param rows: As :func:`offers` returns them.
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
    known = {name: getattr(language, name) for name in codes}
    return {"code": language.code, "name": language.name, **known, "aliases": list(language.aliases)}


def _engines(language: Language) -> list[str]:
    """Name the translators that know a language; Apertium where a pair with it is installed."""
    found = [name for name in ("nllb", "m2m100") if getattr(language, name)]
    short = short_code(language.apertium or language.code)
    if any(short in pair for pair in _pairs()):
        found.append("apertium")
    try:
        tokenization.check(language)
    except MissingEngineError:
        found.append("(no segmenter)")
    return found


@cache
def _pairs() -> tuple[tuple[str, ...], ...]:
    """List the installed pairs of Apertium, by short codes."""
    if shutil.which("apertium") is None:
        return ()
    try:
        return tuple(tuple(map(short_code, pair.split("-"))) for pair in installed_pairs())
    except EngineError:
        return ()


@cache
def _served() -> Mapping[str, list[str]]:
    """List the shipped recipes that build each language."""
    found: dict[str, list[str]] = {}
    for name in shipped_recipes():
        for code, one in load_recipe(name).languages.items():
            found.setdefault(one.find(code).code, []).append(name)
    return found
