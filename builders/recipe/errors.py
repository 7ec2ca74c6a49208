"""Describes an error of a recipe in one line: the place, the value and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from silverner.builders.recipe import yaml_lines
from silverner.projection.errors import nearest

_NAMES_VALUE = {"missing", "unknown_key", "missing_engine", "unknown_engine", "name", "split"}
"""Errors whose message already contains the wrong value."""


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
    return f"{where}: {_reason(first, context)}{meaning}"


def _reason(error: ErrorDetails, context: Mapping[str, Any]) -> str:
    """Describe the error of a value; common errors of the validator get plainer words."""
    name, value = ".".join(str(part) for part in error["loc"] if part != "[key]"), error["input"]
    match error["type"]:
        case "string_pattern_mismatch":
            shape = "three numbers, as in 1.0.0" if name == "version" else "small letters, digits, '.', '_' and '-'"
            return f"{name}: {value!r} is not made of {shape}"
        case "tuple_type" | "dict_type":
            kind = "list, as in [a, b]" if error["type"] == "tuple_type" else "mapping of keys to values"
            return f"{name}: {value!r} is not a {kind}"
        case "missing":
            return f"the key {name!r} is missing"
        case "literal_error":
            allowed = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            return f"{name}: unknown value {value!r}; {nearest(str(value), allowed)}"
    given_value = "" if isinstance(value, dict | list) or error["type"] in _NAMES_VALUE else f" (given: {value!r})"
    return f"{name + ': ' if name else ''}{error['msg']}{given_value}"


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
