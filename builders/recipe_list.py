"""The shipped recipes: what each builds, by which method, in which languages, and what it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from silverner.builders.models import models_of
from silverner.builders.recipe.load import load_recipe, shipped_recipes
from silverner.projection.chain.engine import EngineSettings


def recipe_list() -> list[dict[str, Any]]:
    """List the shipped recipes.

    :returns: For every recipe its name, a summary, its method, its languages, and what must be installed or fetched.
    """
    return [_facts(name, path) for name, path in shipped_recipes().items()]


def _facts(name: str, path: Path) -> dict[str, Any]:
    recipe = load_recipe(name)
    plans = recipe.languages.values()
    engines = [section for plan in plans for _, section in plan.engines]
    extras = [section.extra for section in engines if isinstance(section, EngineSettings) and section.extra]
    texts = [text for plan in plans for text in (plan.source, plan.target) if text is not None]
    return {
        "name": name,
        "summary": _summary(path),
        "method": next(iter(plans)).method,
        "languages": list(recipe.languages),
        "extras": _once(extras),
        "models": _once(model.name for plan in plans for model in models_of(plan, recipe.base)),
        "datasets": _once(text.dataset for text in texts if text.dataset),
        "files": _once(file for text in texts if not text.dataset for file in (text.files or {}).values()),
    }


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _summary(path: Path) -> str:
    """Return the first sentence of the comment at the top of a recipe."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    return " ".join(lines).partition(". ")[0].rstrip(".") + "."


def recipe_table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write the shipped recipes for people.

    :param rows: As :func:`recipe_list` returns them.
    :returns: Text of several lines.
    """
    return "\n\n".join("\n".join(_lines(row)) for row in rows)


def _lines(row: Mapping[str, Any]) -> Iterable[str]:
    yield f"{row['name']}  ({row['method']})"
    yield f"  {row['summary']}"
    yield f"  languages  {', '.join(row['languages'])}"
    if row["extras"]:
        yield f"  install    pip install 'silverner[{','.join(row['extras'])}]'"
    for key in ("models", "datasets", "files"):
        if row[key]:
            yield f"  {key:<9}  {', '.join(row[key])}"
