"""Describes an error of a recipe in one line: the place, the value and what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from silverner.builders.recipe import yaml_lines
from silverner.projection.parsing.plain_words import place_of, reason_of

_FORMS = {
    "name": "small letters, digits, '.', '_' and '-'",
    "version": "three numbers, as in 1.0.0",
}
"""What the value of a key is made of."""


def at_line(line: int | None) -> str:
    """Return the text to write after a file's name: its line, if it is known."""
    return "" if line is None else f", line {line}"


def explain(
    error: ValidationError, path: Path, node: yaml.Node | None, code: str, changed: Sequence[tuple[str, ...]]
) -> str:
    """Describe the first error of a recipe: its place and its reason.

    :param error: The errors of the schema.
    :param path: The recipe.
    :param node: Its YAML.
    :param code: The language whose recipe has the error.
    :param changed: The keys that ``--set`` changed.
    :returns: One line.
    """
    first = error.errors(include_url=False)[0]
    context = first.get("ctx", {})
    place: list[str | int] = [*first["loc"], *(context[k] for k in ("key", "at") if k in context)]
    keys = [part for part in place if isinstance(part, str)]
    line = yaml_lines.line_of(node, ["languages", code, *place]) if _has(node, ["languages", code, *keys]) else None
    line = line or yaml_lines.line_of(node, place)
    where = f"{path}{at_line(line)}"
    for parts in changed:
        if keys and parts[0] == keys[0] and (set(parts) <= set(keys) or set(keys) <= set(parts)):
            where = f"--set {'.'.join(parts)}"
    meaning = f"; {context['description']}" if "description" in context else ""
    return f"{where}: {_reason(first)}{meaning}"


def _reason(error: ErrorDetails) -> str:
    """Describe the error of a value."""
    name = place_of(error)
    if error["type"] == "string_pattern_mismatch" and name in _FORMS:
        return f"{name}: {error['input']!r} is not made of {_FORMS[name]}"
    if error["type"] == "missing":
        return f"the key {name!r} is missing"
    return f"{name + ': ' if name else ''}{reason_of(error)}"


def _has(node: yaml.Node | None, keys: Sequence[str]) -> bool:
    """Tell whether the YAML contains the nested keys."""
    for key in keys[:3]:
        if not isinstance(node, yaml.MappingNode):
            return False
        values = [value for name, value in node.value if name.value == key]
        if not values:
            return False
        node = values[0]
    return True
