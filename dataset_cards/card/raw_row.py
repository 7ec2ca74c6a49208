"""A row of a corpus as it is in the file, and the types of its columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from silverner.dataset_cards.card.escape import inline

_ESCAPED = {
    code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *b"<>`", 0x2028, 0x2029)
}
_WORDS = {
    "string": "text",
    "bool": "true or false",
    "int32": "whole number",
    **dict.fromkeys(("float16", "float64"), "number"),
}


def row_as_json(row: Mapping[str, Any]) -> str:
    r"""Write a row as JSON, a column a line.

    :param row: The row.
    :returns: JSON; characters that are markup, or turn the direction of writing, are written as escapes.

    >>> print(row_as_json({"id": "a<b", "tokens": ["c"]}))
    {
      "id": "a\u003cb",
      "tokens": ["c"]
    }
    """
    columns = [f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in row.items()]
    return ("{\n" + ",\n".join(columns) + "\n}").translate(_ESCAPED)


def type_of(feature: Any) -> str:
    """Name the type of a column in words.

    :param feature: The column, as ``dataset_info`` writes it.
    :returns: Markdown.

    >>> type_of({"name": "tokens", "list": "string"})
    'list of text'
    """
    if isinstance(feature, str):
        return _WORDS.get(feature) or inline(feature)
    if isinstance(feature, list):
        return "entities"
    if not isinstance(feature, Mapping):
        return "values"
    if "list" in feature:
        return f"list of {type_of(feature['list'])}"
    return "tag number" if "class_label" in feature else type_of(feature.get("dtype"))
