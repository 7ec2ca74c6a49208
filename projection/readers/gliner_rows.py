"""Training data of GLiNER: tokens, and entities by their first and last token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.spans import Span, tags_from_spans

_TOKENS, _ENTITIES = "tokenized_text", "ner"


def is_gliner_item(item: Mapping[str, Any]) -> bool:
    """Tell whether an object has the fields of GLiNER's training data."""
    return isinstance(item.get(_TOKENS), list) and isinstance(item.get(_ENTITIES), list)


def gliner_row(item: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    """Bring an item of GLiNER's training data into the shape of a row; entities end at their last token there.

    :param item: The item.
    :param where: Its place, for messages.
    :returns: The row.
    :raises DataError: for an entity that is no triple, leaves the sentence, or overlaps another one.

    >>> gliner_row({"tokenized_text": ["New", "York"], "ner": [[0, 1, "LOC"]]}, "item 1")["ner_tags"]
    ['B-LOC', 'I-LOC']
    """
    spans = []
    for number, entity in enumerate(item[_ENTITIES], start=1):
        match entity:
            case [int() as first, int() as last, str() as label]:
                spans.append(Span(first, last + 1, label))
            case _:
                raise DataError(
                    f"{where}, field {_ENTITIES!r}, entity {number}: {entity!r:.80} is not [first token, last token, "
                    "label], such as [0, 1, LOC]"
                )
    try:
        tags = tags_from_spans(spans, len(item[_TOKENS]))
    except DataError as error:
        raise DataError(f"{where}: {error}") from error
    return {**item, "tokens": item[_TOKENS], "ner_tags": tags}
