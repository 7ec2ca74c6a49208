"""Rows of a ``datasets.Dataset``, whether it was a Parquet file or came from the Hub."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.readers.character_spans import SPAN_FIELDS
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.replayed import Replayed
from silverner.projection.readers.rows import TRANSLATION, field_value, sentences_from_rows
from silverner.projection.readers.sentence import Sentence
from silverner.projection.readers.usual_names import fields_advice


def sentences_from_dataset(
    data: Any, corpus: CorpusFiles, *, place: str, split: str, tagged: bool
) -> Iterator[Sentence]:
    """Turn the rows of a ``datasets.Dataset`` into sentences; tags may be strings or a list of ``ClassLabel``.

    :param data: The dataset (one split).
    :param corpus: Says which fields to read and how.
    :param place: What messages call the dataset.
    :param split: The split; it begins the ids of rows that have none.
    :param tagged: Whether to read the labels.
    :returns: The sentences in order.
    :raises DataError: when a field is missing or of the wrong kind.
    """
    fields = corpus.fields
    read_columns = {f.split(".")[0] for f in (fields.tokens, fields.tags, fields.text, fields.id, fields.document)}
    has_tokens = fields.tokens.split(".")[0] in data.column_names
    if not has_tokens:
        read_columns |= {TRANSLATION, *SPAN_FIELDS}
    present = [column for column in data.column_names if column in read_columns]
    if not has_tokens and not {TRANSLATION, fields.text.split(".")[0]} & set(present):
        raise DataError(
            f"{place}: neither the field {fields.tokens!r} nor {fields.text!r}; it has {', '.join(data.column_names)}; "
            f"{fields_advice(data.column_names, fields, tagged=tagged)}"
        )
    feature = field_value(data.features, fields.tags)
    feature = getattr(feature, "feature", feature)
    tag_names = getattr(feature, "names", None)
    if (
        tagged
        and has_tokens
        and tag_names is None
        and getattr(feature, "dtype", None) not in {"string", "large_string"}
    ):
        raise DataError(
            f"{place}: the field {fields.tags!r} is {feature}, not ClassLabel or strings; "
            f"columns: {', '.join(data.column_names)}"
            + (f"; {fields_advice(data.column_names, fields, tagged=True)}" if feature is None else "")
        )
    chosen = data.select_columns(present)
    rows = Replayed(lambda: ((f"{place}, row {k}", row) for k, row in enumerate(chosen)))
    yield from sentences_from_rows(rows, corpus, split=split, tagged=tagged, tag_names=tag_names)
