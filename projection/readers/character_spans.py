"""Entities marked by character positions in running text, as annotation tools and spaCy write them.

The text is split into tokens by the rules of its language, and every entity becomes the tokens that it covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.languages import LanguageLike
from silverner.projection.readers.corpus_files import Fields
from silverner.projection.readers.gliner_rows import gliner_row, is_gliner_item
from silverner.projection.readers.reading_log import LOG
from silverner.projection.spans import Span

Row = Mapping[str, Any]

SPAN_FIELDS = ("entities", "label", "labels", "spans")
"""The fields that hold entities in exports of spaCy, Doccano, Label Studio and Prodigy."""
_LAST_SINGLE_UNIT = 0xFFFF
_START, _END = ("start", "start_offset", "begin"), ("end", "end_offset")
_LABEL = ("label", "labels", "type", "entity_type", "entity", "tag")
_NO_GOLD = ("reject", "ignore")
"""Answers of Prodigy to texts whose entities are wrong or were not looked at."""
_TOKENS = ("tokens", "words")
_OFFSETS = "offsets"
UTF_16 = "utf-16"
"""The value of the field ``offsets`` where positions count the units of UTF-16, as JavaScript and Doccano count."""
NEUTRAL_LANGUAGE = "eng"
"""The language by whose rules text is split where nobody says which language it is."""


@dataclass(frozen=True, slots=True)
class CharacterSpan:
    """An entity: the characters ``start <= i < end`` with a label."""

    start: int
    end: int
    label: str


def plain_row(value: Any, where: str) -> Row:
    """Bring an item of a JSON file into the shape of a row.

    A pair ``[text, {"entities": ...}]`` (spaCy) and a task ``{"data": ..., "annotations": ...}`` (Label Studio) become
    a row with a text and its entities; training data of GLiNER become a row with tokens and tags.

    :param value: The item.
    :param where: Its place, for messages.
    :returns: The row; other objects are rows already.
    :raises DataError: when it is no object, or a task without exactly one reading of its text.
    """
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], dict):
        return {"text": value[0], **value[1]}
    if not isinstance(value, dict):
        raise DataError(f"{where}: a JSON object is needed, not {type(value).__name__}")
    if is_gliner_item(value):
        return gliner_row(value, where)
    data, annotations = value.get("data"), value.get("annotations", [] if "predictions" in value else None)
    if not (isinstance(data, dict) and isinstance(annotations, list)):
        return value
    complete = [one for one in annotations if isinstance(one, dict) and not one.get("was_cancelled")]
    if not complete or not isinstance(complete[0].get("result"), list):
        raise DataError(f"{where}: this task has no annotation; export annotated tasks alone")
    if len(complete) > 1:
        LOG.warning("%s: %d people annotated this text; the first is taken", where, len(complete))
    marks = [
        one["value"] for one in complete[0]["result"] if isinstance(one, dict) and isinstance(one.get("value"), dict)
    ]
    return {"id": value.get("id"), **data, "entities": [mark for mark in marks if "labels" in mark]}


def plain_rows(items: Iterable[tuple[str, Any]], path: Path) -> Iterator[tuple[str, Row]]:
    """Bring the items of a JSON file into the shape of rows, without those that were rejected in Prodigy.

    :param items: The items with their places.
    :param path: The file, for messages.
    :returns: The rows with their places.
    :raises DataError: when an item is no row.
    """
    count = rejected = 0
    for where, item in items:
        row = plain_row(item, where)
        count += 1
        if row.get("answer") in _NO_GOLD:
            rejected += 1
        else:
            yield where, row
    if rejected:
        LOG.warning("%s: %d of %d texts left out: their answer in Prodigy is reject or ignore", path, rejected, count)


def character_spans(row: Row, text: str, where: str, fields: Fields) -> list[CharacterSpan] | None:
    """Find the entities of a row that are marked by character positions.

    :param row: The row.
    :param text: Its text.
    :param where: Its place, for messages.
    :param fields: The field of the tags may hold them, too.
    :returns: The entities; ``None`` where no field holds any.
    :raises DataError: for an entity without two positions and one label.
    """
    for name in (fields.tags, *SPAN_FIELDS):
        marks = row.get(name)
        if isinstance(marks, list) and all(isinstance(mark, list | dict) for mark in marks):
            places = [(f"{where}, field {name!r}, entity {k}", mark) for k, mark in enumerate(marks, start=1)]
            spans = [(place, _span(mark, place)) for place, mark in places]
            if row.get(_OFFSETS) == UTF_16:
                return _in_code_points(text, spans)
            return [span for _, span in spans]
    return None


def written_tokens(row: Row, fields: Fields) -> list[str] | None:
    """Find the tokens that a tool or this package wrote beside the text of a row.

    :param row: The row.
    :param fields: Names the field of the tokens.
    :returns: The tokens; ``None`` where there are none.
    """
    for name in (fields.tokens, *_TOKENS):
        tokens = row.get(name)
        if isinstance(tokens, list) and tokens:
            values = [token.get("text") if isinstance(token, dict) else token for token in tokens]
            words = [value for value in values if isinstance(value, str)]
            if len(words) == len(tokens):
                return words
    return None


def _in_code_points(text: str, spans: Iterable[tuple[str, CharacterSpan]]) -> list[CharacterSpan]:
    """Turn positions in units of UTF-16 into positions in code points."""
    place_of_unit, units = {0: 0}, 0
    for place, char in enumerate(text, start=1):
        units += 1 if ord(char) <= _LAST_SINGLE_UNIT else 2
        place_of_unit[units] = place
    turned: list[CharacterSpan] = []
    for where, span in spans:
        start, end = place_of_unit.get(span.start), place_of_unit.get(span.end)
        if start is None or end is None:
            why = f"is outside the text of {units} units of UTF-16, or halves a character"
            raise DataError(f"{where}: {span.start}-{span.end} {why}")
        turned.append(CharacterSpan(start, end, span.label))
    return turned


def _span(mark: Any, where: str) -> CharacterSpan:
    """Read one entity: ``[start, end, label]``, or an object with such fields."""
    if isinstance(mark, dict):
        parts = [next((mark[name] for name in names if name in mark), None) for names in (_START, _END, _LABEL)]
    else:
        parts = mark
    if len(parts) == 3 and isinstance(parts[2], list) and len(parts[2]) == 1:
        parts = [*parts[:2], parts[2][0]]
    numbers = [part for part in parts[:2] if isinstance(part, int) and not isinstance(part, bool)]
    if len(parts) != 3 or len(numbers) != 2 or not isinstance(parts[2], str) or not parts[2].strip():
        raise DataError(f"{where}: an entity is a start, an end and one label, not {mark!r:.80}")
    return CharacterSpan(numbers[0], numbers[1], parts[2])


def token_spans(
    text: str,
    marks: Sequence[CharacterSpan],
    *,
    tokens: list[str] | None = None,
    language: LanguageLike | None,
    where: str,
    repair: bool,
) -> tuple[list[str], tuple[Span, ...]]:
    """Split a text into tokens, and find the tokens of its entities.

    :param text: The text.
    :param marks: Its entities.
    :param tokens: Its tokens, where they are written beside it.
    :param language: Its language; without one, it is split by the rules of English.
    :param where: Its place, for messages.
    :param repair: Give an entity that cuts a token the whole token, and of entities that overlap keep the longer one.
    :returns: The tokens, and the entities from left to right.
    :raises DataError: for an entity outside the text or without a token, and, without ``repair``, for one that cuts a
        token or overlaps another.
    """
    from silverner.projection.text import tokenization  # of all formats, only these need it

    if tokens is None:
        tokens = tokenization.split(text, language or NEUTRAL_LANGUAGE)
    elif tokenization.visible(tokens) != tokenization.visible([text]):
        raise DataError(f"{where}: the tokens are not those of the text: {' '.join(tokens)!r:.80}, {text!r:.80}")
    extents = tokenization.extents(text, tokens)
    spans: list[Span] = []
    for mark in sorted(marks, key=lambda mark: (mark.start - mark.end, mark.start)):
        name = f"the entity {mark.label} at {mark.start}-{mark.end}"
        if not 0 <= mark.start < mark.end <= len(text):
            raise DataError(f"{where}: {name} is outside the text of {len(text)} characters")
        covered = [k for k, place in enumerate(extents) if place and place[0] < mark.end and mark.start < place[1]]
        if not covered:
            raise DataError(f"{where}: {name} has no word: {text[mark.start : mark.end]!r:.80}")
        span = Span(covered[0], covered[-1] + 1, mark.label)
        _check_edges(text, mark, (extents[covered[0]], extents[covered[-1]]), f"{where}: {name}", repair=repair)
        other = next((one for one in spans if one.start < span.end and span.start < one.end), None)
        if other is None:
            spans.append(span)
        elif not repair:
            raise DataError(f"{where}: {name} overlaps another one; correct it, or keep the longer one (repair: true)")
    return tokens, tuple(sorted(spans))


def _check_edges(text: str, mark: CharacterSpan, edges: Sequence[Any], name: str, *, repair: bool) -> None:
    """Refuse an entity that begins or ends inside a token."""
    marked = text[mark.start : mark.end]
    start = mark.start + len(marked) - len(marked.lstrip())
    end = mark.start + len(marked.rstrip())
    if not repair and (edges[0][0], edges[1][1]) != (start, end):
        words = text[edges[0][0] : edges[1][1]]
        raise DataError(
            f"{name} is {marked!r:.80} and cuts a word of {words!r:.80}; correct it, or take whole words (repair: true)"
        )
