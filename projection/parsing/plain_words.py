"""Describes values that a schema refuses, in plain words: the validator's own words name its classes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from silverner.projection.errors import nearest

_LIST, _KEYS = "a list, as in [a, b]", "a mapping of keys to values"
_IS_NOT = {
    "string_type": "text",
    "bytes_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of a usual size",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "none_required": "null",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "iterable_type": _LIST,
    "dict_type": _KEYS,
    "mapping_type": _KEYS,
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
    "dataclass_type": _KEYS,
    "is_instance_of": _KEYS,
    "path_type": "a path",
    "greater_than": "greater than {gt}",
    "greater_than_equal": "greater than or equal to {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "less than or equal to {le}",
    "multiple_of": "a multiple of {multiple_of}",
    "too_short": "long enough: it must have at least {min_length} entries",
    "too_long": "short enough: it may have at most {max_length} entries",
    "string_too_short": "long enough: it must have at least {min_length} characters",
    "string_too_long": "short enough: it may have at most {max_length} characters",
    "string_pattern_mismatch": "of the right form",
}
"""What a value is not, by the validator's name of the error."""
_VALIDATOR = frozenset(get_args(ErrorType))
_TYPE = re.compile(r"\[key\]|_[A-Z]\w*|[\w-]+\[.*\]|function-.*", re.DOTALL)
"""A part of a place that names a type of the validator, and no key."""
_ALTERNATIVE = frozenset({"str", "int", "float", "bool", "none"})


def place_of(error: ErrorDetails) -> str:
    """Name the key that an error is about.

    :param error: An error of the validator.
    :returns: The keys down to it, with dots between them; empty for the whole.
    """
    parts = [str(part) for part in error["loc"] if isinstance(part, int) or not _TYPE.fullmatch(part)]
    if parts and parts[-1] in _ALTERNATIVE and len(parts) > 1:
        parts.pop()
    return ".".join(parts)


def reason_of(error: ErrorDetails) -> str:
    """Say what is wrong with a value.

    :param error: An error of the validator, or one that a schema of ours raises.
    :returns: Plain words, without the key.

    >>> reason_of({"type": "int_parsing", "loc": ("rows",), "msg": "Input should be a valid integer", "input": "x"})
    "'x' is not a whole number"
    """
    kind, value, context = error["type"], f"{error['input']!r:.120}", error.get("ctx", {})
    if kind == "missing":
        return "it is missing"
    if kind == "literal_error" or kind == "enum":
        return f"unknown value {value}; {nearest(str(error['input']), _alternatives(context))}"
    if kind in _IS_NOT:
        return f"{value} is not {_IS_NOT[kind].format(**context)}"
    if kind in {"value_error", "assertion_error"}:
        return error["msg"].partition(", ")[2]
    return f"{value} is not of the kind that is needed here" if kind in _VALIDATOR else error["msg"]


def _alternatives(context: Mapping[str, Any]) -> list[str]:
    """List the allowed words of an error."""
    return re.findall(r"'([^']*)'", str(context.get("expected", "")))
