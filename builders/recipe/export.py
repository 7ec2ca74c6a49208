"""Writes the recipe of a corpus from its manifest: one file that builds every language again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml


def recipe_text(manifest: Mapping[str, Any]) -> str:
    """Write the recipe of a corpus.

    Keys that all languages share come first; a key in which they differ is written for each language.

    :param manifest: The facts of the corpus.
    :returns: YAML that ``silverner build`` takes.
    """
    settings = {code: facts["given"] for code, facts in manifest["languages"].items()}
    first = next(iter(settings.values()))
    common = {key: first[key] for key in first if all(key in g and g[key] == first[key] for g in settings.values())}
    differences = {code: {key: g[key] for key in g if key not in common} for code, g in settings.items()}
    used = ", ".join(dict.fromkeys(facts["silverner"] for facts in manifest["languages"].values()))
    written: str = yaml.safe_dump(
        {**common, "languages": {code: keys or None for code, keys in differences.items()}},
        sort_keys=False,
        allow_unicode=True,
        width=120,
    )
    return f"# What made this corpus, by silverner {used}. Files it names must be put beside it.\n{written}"
