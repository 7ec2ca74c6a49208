"""Merges the keys of a recipe: those of the recipe it extends, its own, those of ``--set`` and of one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from silverner.builders.recipe import yaml_lines
from silverner.builders.recipe.errors import at_line
from silverner.projection.errors import DataError, MissingFileError, RecipeError, UsageError
from silverner.projection.languages import find_language
from silverner.projection.readers.lines import numbered_lines

_LARGEST_RECIPE = 1 << 20
_LONGEST_CHAIN = 20
"""The most recipes that extend each other."""
_DEEPEST_KEY = 20
"""The most parts of a key of ``--set``; the deepest key of a recipe has six."""
Locate = Callable[[str, Path], Path]
"""Finds the file of the recipe that ``extends:`` names in a file."""

_SHORT_FOR = {
    "markers": "style",
    "vote": "rule",
    "files": "train",
    "forward": "train",
    "reverse": "train",
    "tokenizer": "model",
    "adapter": "model",
}
"""The key for which a section of one word is short, where that key is not ``engine``."""


def read(path: Path, locate: Locate) -> tuple[dict[str, Any], yaml.Node | None]:
    """Read the keys of a recipe and of the recipe it extends; ``null`` removes an inherited key.

    :param path: The file.
    :param locate: Finds the file that ``extends:`` names.
    :returns: The keys, and the YAML of the file; it does not contain the inherited keys.
    :raises RecipeError: naming the line that is wrong.
    """
    return _read_over(path, locate, ())


def _read_over(path: Path, locate: Locate, below: tuple[Path, ...]) -> tuple[Any, yaml.Node | None]:
    try:
        if path.stat().st_size > _LARGEST_RECIPE:
            raise RecipeError(f"{path} has more than {_LARGEST_RECIPE:,} bytes, so it is no recipe")
        text = "\n".join(line for _, line in numbered_lines(path))
    except (DataError, MissingFileError) as error:
        raise RecipeError(str(error)) from error
    data, node = yaml_lines.load(text, name=str(path))
    if not isinstance(data, dict):
        raise RecipeError(f"{path}: a recipe is a mapping of keys to values, such as 'name: my-corpus'")
    data = fill(data, {"here": str(path.resolve().parent)})
    parent_name = data.pop("extends", None)
    if parent_name is None:
        return data, node
    line = at_line(yaml_lines.line_of(node, ["extends"]))
    try:
        parent = locate(str(parent_name), path).resolve()
    except RecipeError as error:
        raise RecipeError(f"{path}{line}: extends: {error}") from error
    if parent in (*below, path.resolve()):
        raise RecipeError(f"{path}{line}: extends: {parent_name!r} extends this recipe itself")
    if len(below) + 2 > _LONGEST_CHAIN:
        raise RecipeError(
            f"{path}{line}: extends: more than {_LONGEST_CHAIN} recipes extend each other; write their keys into fewer"
        )
    inherited, _ = _read_over(parent, locate, (*below, path.resolve()))
    merged = merge(inherited, data)
    return {key: value for key, value in merged.items() if data.get(key, "") is not None}, node


def assign(data: dict[str, Any], change: str) -> tuple[str, ...]:
    """Apply one ``key=value``.

    :param data: The keys of a recipe; the function changes them.
    :param change: The assignment; dots reach into sections.
    :returns: The path of the key.
    :raises UsageError: when it is not an assignment, has too many parts, or reaches into a value that is not a section.
    """
    key, equals, value = change.partition("=")
    parts = tuple(key.strip().split("."))
    if not equals or not all(parts):
        raise UsageError(
            f"--set {change!r}: write key=value, as in --set matcher=greedy or --set aligner.symmetrise=union"
        )
    if len(parts) > _DEEPEST_KEY:
        raise UsageError(f"--set {change!r:.80}: the key has {len(parts)} parts; a recipe has at most {_DEEPEST_KEY}")
    parsed, _ = yaml_lines.load(value, name=f"--set {change!r}")
    section: Any = data
    for part in parts[:-1]:
        if isinstance(section, dict) and isinstance(section.get(part), str):
            section[part] = {_SHORT_FOR.get(part, "engine"): section[part]}
        section = section.setdefault(part, {}) if isinstance(section, dict) else None
    if isinstance(section, list):
        name = ".".join(parts[:-1])
        raise UsageError(f"--set {change!r}: {name} is a list; write the whole list, as in --set '{name}=[..., ...]'")
    if not isinstance(section, dict):
        raise UsageError(f"--set {change!r}: {'.'.join(parts[:-1])} is not a section of the recipe")
    section[parts[-1]] = parsed
    return parts


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Merge keys section by section; a section with another engine replaces the whole section below.

    :param base: The keys below; they stay as they are.
    :param over: The keys above; they win.
    :returns: The merged keys.

    >>> merge({"aligner": {"engine": "simalign", "layer": 8}}, {"aligner": {"layer": 6}})
    {'aligner': {'engine': 'simalign', 'layer': 6}}
    >>> merge({"aligner": {"engine": "simalign", "layer": 8}}, {"aligner": {"engine": "eflomal"}})
    {'aligner': {'engine': 'eflomal'}}
    """
    merged = deepcopy(dict(base))
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict) and _same_engine(below, value):
            merged[key] = merge(below, value)
        else:
            merged[key] = deepcopy(value)
    return merged


def _same_engine(below: Mapping[str, Any], over: Mapping[str, Any]) -> bool:
    """Tell whether the upper section keeps the engine of the lower one."""
    return "engine" not in over or over["engine"] == below.get("engine")


def names_of(code: str, declared: Any) -> dict[str, str | None]:
    """List the values of names in braces, such as ``{lang}``, for a language.

    :param code: The language, as the recipe writes it.
    :param declared: The recipe's ``declare`` section.
    :returns: A value for every name in braces; ``None`` if the language has none.
    """
    try:
        names = asdict(find_language(code))
    except UsageError:
        names = {}
    declaration = declared.get(code) if isinstance(declared, dict) else None
    names |= declaration if isinstance(declaration, dict) else {}
    named = {name: names.get(name) for name in ("iso1", "wikiann", "masakhaner")}
    # A value of another kind is refused later, with its line.
    return {"lang": code, **{name: value if isinstance(value, str) else None for name, value in named.items()}}


def fill(value: Any, names: Mapping[str, str | None]) -> Any:
    """Replace ``{lang}``, ``{wikiann}`` and similar names in braces by their values.

    :param value: Text, or keys and lists that contain text.
    :param names: The values, as :func:`names_of` returns them.
    :returns: The same with all names replaced.
    :raises UsageError: when a name has no value for the language.
    """
    if isinstance(value, dict):
        return {key: fill(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, names) for item in value]
    if isinstance(value, str):
        for name, replacement in names.items():
            if replacement is None and f"{{{name}}}" in value:
                raise UsageError(
                    f"{value!r}: the language has no {name} code; write the full name instead of {{{name}}}"
                )
            value = value.replace(f"{{{name}}}", replacement or "")
    return value
