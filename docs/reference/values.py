"""Says in words what values a key of a recipe takes, and writes its default as YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from reference.markdown import code, codes
from silverner.projection.chain.engine import EngineSettings, Section

_WORDS: Mapping[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    Any: "any value",
}


def values_of(field: FieldInfo, links: Mapping[type, str]) -> str:
    """Say what values a key takes.

    :param field: The key.
    :param links: For sections that are described elsewhere, the link.
    :returns: Markdown.
    """
    limits = " and ".join(_limits(field.metadata))
    words = _words(field.annotation, links)
    return f"{words}, {limits}" if limits else words


def default_of(field: FieldInfo) -> str:
    """Write the default of a key as a recipe would.

    :param field: The key.
    :returns: Markdown; ``required`` if the key must be there, and nothing if it is absent by default.
    """
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or isinstance(value, BaseModel) or value in ((), {}):
        return ""
    yaml_value = list(value) if isinstance(value, tuple) else value
    return code(yaml.safe_dump(yaml_value, default_flow_style=True, allow_unicode=True).removesuffix("...\n").strip())


def sections_in(annotation: Any) -> Iterator[type[Section]]:
    """List the sections that a type names, at any depth.

    :param annotation: The type.
    """
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for one in get_args(annotation):
        yield from sections_in(one)


def _words(kind: Any, links: Mapping[type, str]) -> str:
    """Say what a type allows."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        limits = " and ".join(_limits(arguments[1:]))
        return f"{_words(arguments[0], links)}{', ' if limits else ''}{limits}"
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_words(one, links) for one in arguments if one is not NoneType))
    if origin is Literal:
        return codes(arguments)
    if origin is dict:
        return f"names, each with {_article(_words(arguments[1], links))}"
    if origin is tuple:
        return f"list, each {_article(_words(arguments[0], links))}"
    if isinstance(kind, type) and issubclass(kind, Section):
        return links.get(kind) or ("an engine" if issubclass(kind, EngineSettings) else "a section")
    return _WORDS[kind]


def _article(words: str) -> str:
    """Put an article before the name of a plain kind of values."""
    return f"a {words}" if words in _WORDS.values() else words


def _limits(metadata: Sequence[Any]) -> Iterator[str]:
    """Say what limits a value has."""
    for limit in metadata:
        if isinstance(limit, FieldInfo):
            yield from _limits(limit.metadata)
        elif isinstance(limit, annotated_types.Ge):
            yield f"at least {limit.ge}"
        elif isinstance(limit, annotated_types.Gt):
            yield f"above {limit.gt}"
        elif isinstance(limit, annotated_types.Le):
            yield f"at most {limit.le}"
        elif isinstance(limit, annotated_types.Lt):
            yield f"below {limit.lt}"
