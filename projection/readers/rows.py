"""Rows of any table: JSON objects, Parquet rows, dataset rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.readers.corpus_files import CorpusFiles, Fields
from silverner.projection.readers.sentence import Sentence, decode_tags
from silverner.projection.spans import Span

Row = Mapping[str, Any]


def sentences_from_rows(
    rows: Sequence[tuple[str, Row]],
    corpus: CorpusFiles,
    *,
    split: str,
    tagged: bool,
    tag_names: Sequence[str] | None = None,
) -> Iterator[Sentence]:
    """Turn the rows of a table into sentences.

    :param rows: Each row with its place.
    :param corpus: Says which fields to read and how.
    :param split: The split; it begins the ids of rows that have none.
    :param tagged: Whether to read the labels.
    :param tag_names: Names of the tags, where the rows number them.
    :returns: The sentences in order.
    :raises DataError: naming the row that lacks a field or holds the wrong kind of value.
    """
    spans: Sequence[tuple[Span, ...]] | None = None
    tags = [(where, None, _tags(row, where, corpus.fields, tag_names)) for where, row in rows] if tagged else []
    if tagged:
        spans = decode_tags(tags, scheme=corpus.scheme, repair=corpus.repair)
    for k, (where, row) in enumerate(rows):
        tokens, text = _text_of(row, where, corpus.fields)
        if spans is not None and (tokens is None or len(tags[k][2]) != len(tokens)):
            raise DataError(f"{where}: {len(tags[k][2])} tags for {len(tokens or [])} tokens")
        row_id = field_value(row, corpus.fields.id)
        document = field_value(row, corpus.fields.document)
        sentence_id = f"{split}-{k + 1:06d}" if row_id is None else str(row_id)
        yield Sentence(
            id=sentence_id,
            named=row_id is not None,
            document=sentence_id if document is None else str(document),
            where=where,
            tokens=None if tokens is None else tuple(tokens),
            text=text,
            spans=None if spans is None else spans[k],
        )


def _tags(row: Row, where: str, fields: Fields, names: Sequence[str] | None) -> list[str]:
    """Return the tags of a row; numbers become names, where there are names."""
    tags = field_value(row, fields.tags)
    if names is not None and isinstance(tags, list):
        tags = [names[tag] if isinstance(tag, int) and 0 <= tag < len(names) else tag for tag in tags]
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise DataError(
            f"{where}: the field {fields.tags!r} must be a list of tags, not {tags!r:.60}; the row has "
            f"{', '.join(sorted(row))}"
        )
    return tags


def _text_of(row: Row, where: str, fields: Fields) -> tuple[list[str] | None, str | None]:
    """Return the tokens and the running text of a row, at least one of which it must have."""
    tokens, text = field_value(row, fields.tokens), field_value(row, fields.text)
    if tokens is None and text is None:
        raise DataError(
            f"{where}: neither the field {fields.tokens!r} nor {fields.text!r}; it has {', '.join(sorted(row))}"
        )
    if tokens is not None and not (isinstance(tokens, list) and all(_is_text(t) and t.strip() for t in tokens)):
        raise DataError(f"{where}: the field {fields.tokens!r} must be a list of non-empty strings")
    if text is not None and not _is_text(text):
        raise DataError(f"{where}: the field {fields.text!r} must be a string, not {text!r:.60}")
    return tokens, text


def _is_text(value: object) -> bool:
    """Tell whether a value is text that can be written (half a surrogate pair cannot)."""
    return isinstance(value, str) and not re.search("[\ud800-\udfff]", value)


def field_value(row: Row, path: str) -> Any:
    """Follow a dotted path into a row.

    :param row: The row.
    :param path: Names of fields with dots between them.
    :returns: The value; ``None`` where the path ends early.
    """
    value: Any = row
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value
