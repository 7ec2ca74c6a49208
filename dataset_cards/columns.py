"""The columns of published rows by kind: a file of a stranger can call anything ``tokens``, or leave values out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import datasets
import pyarrow as pa
import pyarrow.parquet as pq

from silverner.projection.errors import DataError

_Kind: TypeAlias = Callable[[pa.DataType], bool]


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _list_of(inner: _Kind) -> _Kind:
    return lambda kind: _is_list(kind) and inner(kind.value_type)


def _is_entity(kind: pa.DataType) -> bool:
    if not pa.types.is_struct(kind):
        return False
    fields = {field.name: field.type for field in kind}
    if not {"start", "end", "label"} <= fields.keys():
        return False
    return all(_ENTITY[name](field) for name, field in fields.items() if name in _ENTITY)


_ENTITY: Mapping[str, _Kind] = {
    "label": _is_text,
    **dict.fromkeys(("start", "end", "source_start", "source_end"), pa.types.is_integer),
    **dict.fromkeys(("score", "confidence", "label_confidence"), _is_number),
}
_TEXTS, _NUMBERS = _list_of(_is_text), _list_of(pa.types.is_integer)
_KINDS: Mapping[str, tuple[_Kind, str]] = {
    "id": (_is_text, "text"),
    "alignment": (_is_text, "text"),
    "score": (_is_number, "a number"),
    "entities": (_list_of(_is_entity), "a list of entities with start, end and label"),
    **dict.fromkeys(("tokens", "source_tokens", "pivot_tokens", "flags"), (_TEXTS, "a list of words")),
    **dict.fromkeys(("ner_tags", "source_ner_tags", "pivot_ner_tags"), (_NUMBERS, "a list of tag numbers")),
    "human_entities": (_list_of(_is_entity), "a list of entities with start, end and label"),
    "source_unknown": (_NUMBERS, "a list of positions"),
}
"""For every column that is read its kind, and the words for it."""
_NEVER_EMPTY = frozenset({"id", "tokens", "ner_tags", "entities", "start", "end", "label", "score", "flags"})


def column_fault(table: pa.Table) -> str | None:
    """Find a column that is of another kind than its name says, or in which values are missing.

    :param table: Rows as published; columns that are not there are no fault.
    :returns: What is wrong with the first such column; ``None`` where nothing is.
    """
    for name in table.column_names:
        if name not in _KINDS:
            continue
        fits, words = _KINDS[name]
        kind = table.schema.field(name).type
        if not fits(kind):
            return f"the column {name!r} holds {kind!s:.80}, and not {words}"
        if _lacks_values(table.column(name), never_empty=name in _NEVER_EMPTY):
            return f"the column {name!r} has rows without a value"
    return None


def tables_of(
    file: Path, columns: Sequence[str], *, required: Sequence[str], at_once: int, advice: str
) -> Iterator[pa.Table]:
    """Read columns of a file of published rows, some rows at a time.

    :param file: The Parquet file.
    :param columns: The columns to read, of those that it has.
    :param required: Those of them that it must have.
    :param at_once: Rows that are read at once.
    :param advice: What to do about a fault, for the message.
    :returns: The rows.
    :raises DataError: when the file cannot be read, lacks a column, or has one of another kind than its name says.
    """
    try:
        with pq.ParquetFile(file) as parquet:
            present = [name for name in columns if name in parquet.schema_arrow.names]
            if missing := sorted(set(required).difference(present)):
                raise DataError(f"{file}: the column {missing[0]!r} is missing; {advice}")
            for batch in parquet.iter_batches(at_once, columns=present):
                table = pa.Table.from_batches([batch])
                table.validate(full=True)  # text that is no UTF-8 would fail later, and far from here
                if (fault := column_fault(table)) is not None:
                    raise DataError(f"{file}: {fault}; {advice}")
                yield table
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{file} cannot be read ({error}); {advice}") from error


def _lacks_values(values: pa.Array | pa.ChunkedArray, *, never_empty: bool) -> bool:
    """Tell whether a value is missing, at any depth, where none may be missing."""
    if isinstance(values, pa.ChunkedArray):
        return any(_lacks_values(chunk, never_empty=never_empty) for chunk in values.chunks)
    if never_empty and values.null_count:
        return True
    if _is_list(values.type):
        return _lacks_values(values.flatten(), never_empty=True)
    if pa.types.is_struct(values.type):
        names = [field.name for field in values.type]
        return any(
            _lacks_values(part, never_empty=name in _NEVER_EMPTY)
            for name, part in zip(names, values.flatten(), strict=True)
        )
    return False


def features_of(schema: pa.Schema) -> datasets.Features:
    """Read the features that the metadata of a Parquet file describe.

    :param schema: Its schema.
    :returns: The features.
    :raises DataError: when the metadata are damaged.
    """
    try:
        return datasets.Features.from_arrow_schema(schema)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise DataError(f"its description of the columns cannot be read ({error!r:.120})") from error
