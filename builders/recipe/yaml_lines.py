"""Reads YAML with line numbers; every scalar stays the text that the user wrote (``no`` is Norwegian)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from silverner.projection.errors import RecipeError


def load(text: str, *, name: str) -> tuple[Any, yaml.Node | None]:
    """Parse YAML into plain data and its nodes.

    :param text: The YAML.
    :param name: File name, for messages.
    :returns: Data of mappings, lists, strings and ``None``, and the root node.
    :raises RecipeError: naming the line that is not YAML or repeats a key.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise RecipeError(f"{name}{line}: not YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise RecipeError(f"{name}: not YAML: {error}") from error
    except RecursionError as error:
        raise RecipeError(f"{name}: nested too deeply") from error
    try:
        return (None if node is None else _data(node, name)), node
    except RecursionError as error:
        raise RecipeError(f"{name}: nested too deeply, or a part of it contains itself") from error


def _data(node: yaml.Node, name: str) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_data(item, name) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise RecipeError(f"{name}, line {key.start_mark.line + 1}: a key must be a word")
            if key.value in mapping:
                raise RecipeError(f"{name}, line {key.start_mark.line + 1}: the key {key.value!r} is here twice")
            mapping[key.value] = _data(value, name)
        return mapping
    return None if node.tag == "tag:yaml.org,2002:null" else node.value


def line_of(node: yaml.Node | None, path: Sequence[str | int]) -> int | None:
    """Find the line of a value.

    :param node: The root node.
    :param path: Keys and indices; those that the YAML does not have are skipped.
    :returns: Line number, from 1, of the deepest value on the path; ``None`` if there is none.
    """
    line = None
    for part in path:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    node, line = value, key.start_mark.line + 1
                    break
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
