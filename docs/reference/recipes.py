"""The page on the shipped recipes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference.markdown import code, codes, page, prose, table
from silverner.builders.recipe_list import recipe_list


def recipes_page() -> str:
    """Describe every shipped recipe."""
    return page(
        "Shipped recipes",
        "`silverner build NAME --dry-run` says what a recipe would do, and what is missing. A recipe of your own may "
        "say `extends: NAME`, and then only what differs.",
        table(
            ["recipe", "what it makes", "method", "languages", "needs"],
            [_row(recipe) for recipe in recipe_list()],
        ),
    )


def _row(recipe: Mapping[str, Any]) -> tuple[str, ...]:
    extras = [code(f'pip install "silverner[{",".join(recipe["extras"])}]"')] if recipe["extras"] else []
    needs = [*extras, *(code(name) for key in ("models", "datasets") for name in recipe[key])]
    languages = recipe["languages"]
    listed = codes(languages) if len(languages) < 8 else f"{len(languages)}: {codes(languages[:6])} …"
    return code(recipe["name"]), prose(recipe["summary"]), code(recipe["method"]), listed, "<br>".join(needs)
