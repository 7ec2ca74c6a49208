"""What is wrong with a recipe, in one line that says where."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from silverner.builders.recipe import yaml_lines
from silverner.projection.errors import nearest


def at(line: int | None) -> str:
    """Write a line number behind a file's name, where it is known."""
    return "" if line is None else f", line {line}"


def explain(
    error: ValidationError, path: Path, node: yaml.Node | None, code: str, changed: Sequence[tuple[str, ...]]
) -> str:
    """Say what is wrong in a recipe, and where.

    :param error: What the schema says.
    :param path: The recipe.
    :param node: Its YAML.
    :param code: The language whose recipe is wrong.
    :param changed: The keys that ``--set`` changed.
    :returns: One line.
    """
    first = error.errors(include_url=False)[0]
    context = first.get("ctx", {})
    place: list[str | int] = [*first["loc"], *(context[k] for k in ("key", "at") if k in context)]
    keys = [part for part in place if isinstance(part, str)]
    line = yaml_lines.line_of(node, ["languages", code, *place]) if _has(node, ["languages", code, *keys]) else None
    line = line or yaml_lines.line_of(node, place)
    where = f"{path}{at(line)}"
    for parts in changed:
        if keys and parts[0] == keys[0] and (set(parts) <= set(keys) or set(keys) <= set(parts)):
            where = f"--set {'.'.join(parts)}"
    name = ".".join(str(part) for part in first["loc"])
    value = first["input"]
    given = (
        "" if isinstance(value, dict | list) or first["type"] in {"missing", "unknown_key"} else f" (given: {value!r})"
    )
    match first["type"]:
        case "string_pattern_mismatch":
            shape = "three numbers, as in 1.0.0" if name == "version" else "small letters, digits, '.', '_' and '-'"
            return f"{where}: {name}: {value!r} is not made of {shape}"
        case "tuple_type" | "dict_type":
            kind = "list, as in [a, b]" if first["type"] == "tuple_type" else "mapping of keys to values"
            return f"{where}: {name}: {value!r} is not a {kind}"
        case "missing":
            return f"{where}: the key {name!r} is missing"
        case "literal_error":
            allowed = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            return f"{where}: {name}: unknown value {value!r}; {nearest(str(value), allowed)}"
        case "union_tag_invalid":
            allowed = str(context["expected_tags"]).replace("'", "").split(", ")
            return f"{where}: {name}: unknown engine {context['tag']!r}; {nearest(str(context['tag']), allowed)}"
        case "union_tag_not_found":
            return f"{where}: {name}: the key 'engine' is missing"
    return f"{where}: {name + ': ' if name else ''}{first['msg']}{given}"


def _has(node: yaml.Node | None, keys: Sequence[str]) -> bool:
    """Tell whether a language's own settings mention a key."""
    for key in keys[:3]:
        if not isinstance(node, yaml.MappingNode):
            return False
        found = [value for name, value in node.value if name.value == key]
        if not found:
            return False
        node = found[0]
    return True
