"""Reads what a caller gives to a projection: entities as tags or spans, links as text or pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias, cast

from silverner.projection.errors import DataError
from silverner.projection.links import Link, check_links, parse_pharaoh
from silverner.projection.spans import Span, TagError, spans_from_tags, tags_from_spans

Entities: TypeAlias = Sequence[str] | Sequence[Span] | Sequence[tuple[int, int, str]]
"""IOB2 tags, or spans."""
Links: TypeAlias = str | Iterable[tuple[int, int] | Link]
"""A Pharaoh line, or pairs of token positions with or without a weight."""


def read_entities(entities: Entities, length: int, where: str) -> list[Span]:
    """Read entities from tags or spans, and refuse those that do not fit the sentence.

    :param entities: IOB2 tags, or spans.
    :param length: Tokens of the sentence.
    :param where: What to call the sentence in a message.
    :returns: The spans from left to right.
    :raises DataError: when tags or spans do not fit the tokens.
    """
    if entities and isinstance(entities[0], str):
        if len(entities) != length:
            raise DataError(f"{where}: {len(entities)} tags for {length} source tokens")
        try:
            return spans_from_tags([str(tag) for tag in entities])
        except TagError as error:
            raise DataError(f"{where}, token {error.position}: {error}") from error
    try:
        spans = [s if isinstance(s, Span) else Span(*s) for s in entities]
    except TypeError as error:
        raise DataError(
            f"{where}: entities are tags, or (start, end, label) spans, not {list(entities)!r:.80}"
        ) from error
    spans.sort(key=lambda span: (span.start, span.end))
    try:
        tags_from_spans(spans, length)
    except DataError as error:
        raise DataError(f"{where}: {error}") from error
    return spans


def read_links(links: Links, source_length: int, target_length: int, where: str) -> list[Link]:
    """Read links, each once, and refuse those out of range; a link without a weight weighs 1.

    :param links: A Pharaoh line, or pairs with or without a weight.
    :param source_length: Source tokens.
    :param target_length: Target tokens.
    :param where: What to call the sentence in a message.
    :returns: The links, sorted.
    :raises DataError: for a link or weight out of range.
    """
    if isinstance(links, str):
        links = parse_pharaoh(links, where=where)
    weighted: list[Link] = [cast(Link, tuple(link)) if len(link) == 3 else (*link, 1.0) for link in links]
    for i, j, weight in weighted:
        if not 0.0 <= weight <= 1.0:
            raise DataError(f"{where}: link {i}-{j} weighs {weight}; a weight lies between 0 and 1")
    weighted.sort()
    if len({link[:2] for link in weighted}) < len(weighted):  # of a link given twice the higher weight counts
        weighted = [(i, j, weight) for (i, j), weight in {link[:2]: link[2] for link in weighted}.items()]
    check_links(weighted, source_length, target_length, where=where)
    return weighted
