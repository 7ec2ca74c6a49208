"""Rows of any table: JSON objects, Parquet rows, dataset rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.languages import language_of
from silverner.projection.readers.character_spans import Row, character_spans, token_spans, written_tokens
from silverner.projection.readers.corpus_files import CorpusFiles, Fields
from silverner.projection.readers.replayed import Replayed
from silverner.projection.readers.sentence import Sentence, TaggedSentence, decode_tags, without_empty_tokens
from silverner.projection.readers.usual_names import fields_advice
from silverner.projection.spans import Span

TRANSLATION = "translation"
"""The field of parallel text that holds a mapping from language codes to texts."""


def sentences_from_rows(
    rows: Iterable[tuple[str, Row]],
    corpus: CorpusFiles,
    *,
    split: str,
    tagged: bool,
    tag_names: Sequence[str] | None = None,
) -> Iterator[Sentence]:
    """Turn the rows of a table into sentences.

    :param rows: Each row with its place; they are read several times.
    :param corpus: Says which fields to read and how.
    :param split: The split; it begins the ids of rows that have none.
    :param tagged: Whether to read the labels.
    :param tag_names: Names of the tags, where the rows number them.
    :returns: The sentences in order.
    :raises DataError: naming the row that lacks a field or holds the wrong kind of value.
    """
    labels = _labels(rows, corpus, tag_names) if tagged else repeat(None)
    for k, ((where, row), label) in enumerate(zip(rows, labels, strict=False)):
        tokens, text = (label.tokens, label.text) if label is not None else _text_of(row, where, corpus)
        row_id = field_value(row, corpus.fields.id)
        document = field_value(row, corpus.fields.document)
        sentence_id = f"{split}-{k + 1:06d}" if row_id is None else str(row_id)
        spans = None if label is None else label.spans
        if tokens is not None:
            tokens, spans = without_empty_tokens(tokens, spans)
        yield Sentence(
            id=sentence_id,
            named=row_id is not None,
            document=sentence_id if document is None else str(document),
            where=where,
            tokens=None if tokens is None else tuple(tokens),
            text=text,
            spans=spans,
        )


@dataclass(frozen=True, slots=True)
class _LabelledText:
    """The tokens of a labelled row, its running text where it has any, and its entities."""

    tokens: Sequence[str]
    text: str | None
    spans: tuple[Span, ...]


def _labels(
    rows: Iterable[tuple[str, Row]], corpus: CorpusFiles, tag_names: Sequence[str] | None
) -> Iterator[_LabelledText]:
    """Read the labels of all rows: one tag a token, or entities marked by character positions."""
    labelled = Replayed(lambda: (_label(row, where, corpus, tag_names) for where, row in rows))
    decoded = decode_tags(_Tags(labelled), scheme=corpus.scheme, repair=corpus.repair)
    for label, (_, _, tags) in labelled:
        yield label if tags is None else replace(label, spans=next(decoded))


def _label(
    row: Row, where: str, corpus: CorpusFiles, tag_names: Sequence[str] | None
) -> tuple[_LabelledText, tuple[str, None, list[str] | None]]:
    """Read the text of a row with its entities, or with tags that are decoded later."""
    if (marked := _marked_text(row, where, corpus)) is not None:
        return marked, (where, None, None)
    tags = _tags(row, where, corpus.fields, tag_names)
    words, written = _text_of(row, where, corpus, tagged=True)
    if words is None or len(tags) != len(words):
        raise DataError(f"{where}: {len(tags)} tags for {len(words or [])} tokens")
    return _LabelledText(words, written, ()), (where, None, tags)


class _Tags:
    """The tags of all rows that have tags."""

    def __init__(self, labelled: Iterable[tuple[_LabelledText, tuple[str, None, list[str] | None]]]) -> None:
        self._labelled = labelled

    def __iter__(self) -> Iterator[TaggedSentence]:
        """Return place and tags of every such row."""
        for _, (where, lines, tags) in self._labelled:
            if tags is not None:
                yield where, lines, tags


def _marked_text(row: Row, where: str, corpus: CorpusFiles) -> _LabelledText | None:
    """Read a row whose entities are marked by character positions; ``None`` for a row with tags."""
    fields = corpus.fields
    has_tokens = field_value(row, fields.tokens) is not None
    if has_tokens and (field_value(row, fields.tags) is not None or field_value(row, fields.text) is None):
        return None
    plain_text = {key: value for key, value in row.items() if key != fields.tokens}
    text = field_value(row, fields.text)
    marks = character_spans(row, text if isinstance(text, str) else "", where, fields)
    if marks is None:
        return None
    text = _text_of(plain_text, where, corpus)[1] or ""
    tokens, spans = token_spans(
        text,
        marks,
        tokens=written_tokens(row, fields),
        language=corpus.language,
        where=where,
        repair=corpus.repair,
    )
    return _LabelledText(tokens, text, spans)


def _tags(row: Row, where: str, fields: Fields, names: Sequence[str] | None) -> list[str]:
    """Return the tags of a row; numbers become names, where there are names."""
    tags = field_value(row, fields.tags)
    if names is not None and isinstance(tags, list):
        tags = [names[tag] if isinstance(tag, int) and 0 <= tag < len(names) else tag for tag in tags]
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise DataError(
            f"{where}: the field {fields.tags!r} must be a list of tags, not {tags!r:.60}; the row has "
            f"{', '.join(sorted(row))}" + (f"; {fields_advice(row, fields, tagged=True)}" if tags is None else "")
        )
    return tags


def _text_of(row: Row, where: str, corpus: CorpusFiles, *, tagged: bool = False) -> tuple[list[str] | None, str | None]:
    """Return the tokens and the running text of a row, at least one of which it must have."""
    fields = corpus.fields
    tokens, text = field_value(row, fields.tokens), field_value(row, fields.text)
    if tokens is None and text is None and isinstance(row.get(TRANSLATION), Mapping):
        text = _translation(row[TRANSLATION], where, corpus)
    if tokens is None and text is None:
        raise DataError(
            f"{where}: neither the field {fields.tokens!r} nor {fields.text!r}; it has {', '.join(sorted(row))}; "
            f"{fields_advice(row, fields, tagged=tagged)}"
        )
    if tokens is not None and not (isinstance(tokens, list) and all(map(_is_text, tokens))):
        raise DataError(f"{where}: the field {fields.tokens!r} must be a list of non-empty strings")
    if tokens is not None and not corpus.repair and not all(map(str.strip, tokens)):
        number = next(k for k, token in enumerate(tokens, start=1) if not token.strip())
        raise DataError(
            f"{where}: the field {fields.tokens!r} must be a list of non-empty strings; token {number} is empty; leave "
            "out such tokens with repair: true"
        )
    if text is not None and not _is_text(text):
        raise DataError(f"{where}: the field {fields.text!r} must be a string, not {text!r:.60}")
    return tokens, text


def _translation(texts: Mapping[str, Any], where: str, corpus: CorpusFiles) -> Any:
    """Return the text in the language of the corpus, of a row that holds a sentence in several languages."""
    codes = () if corpus.language is None else language_of(corpus.language).codes
    present = [name for name in texts if name in codes]
    if len(present) != 1:
        keys = ", ".join(f"{TRANSLATION}.{name}" for name in texts)
        raise DataError(f"{where}: a text in several languages; say which with fields: {{text: ...}}: {keys}")
    return texts[present[0]]


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
