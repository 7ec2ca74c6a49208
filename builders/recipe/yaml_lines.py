"""Reads YAML with line numbers; every scalar stays the text that the user wrote (``no`` is Norwegian)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from silverner.projection.errors import DataError, RecipeError
from silverner.projection.parsing import compose_yaml


def load(text: str, *, name: str) -> tuple[Any, yaml.Node | None]:
    """Parse YAML into plain data and its nodes.

    :param text: The YAML.
    :param name: File name, for messages.
    :returns: Data of mappings, lists, strings and ``None``, and the root node.
    :raises RecipeError: naming the line that is not YAML, repeats a key, or has an alias.
    """
    try:
        node = compose_yaml(text, where=name)
    except DataError as error:
        raise RecipeError(str(error)) from error
    return (None if node is None else _data(node)), node


def _data(node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_data(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {key.value: _data(value) for key, value in node.value}
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
