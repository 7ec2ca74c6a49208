"""One sentence of a corpus, and the lines and tags that readers make it from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from silverner.projection.errors import DataError
from silverner.projection.spans import Scheme, Span, TagError, mendable, scheme_of, spans_from_tags
from silverner.projection.tags.brackets import are_brackets, tags_from_brackets
from silverner.projection.tags.spelling import UNNAMED, SpellingError, check_names, standard_tags

TaggedSentence = tuple[str, Sequence[int] | None, Sequence[str]]
"""The tags of a sentence: its file or row, the lines of its tokens (``None`` for a row), and one tag a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence and everything its file holds about it.

    :param id: Its id in the file, or an id made from its position.
    :param document: The document it belongs to; sentences of one document never end in two splits.
    :param where: File and line (or row), for messages.
    :param tokens: Its tokens, if the file has tokens.
    :param text: Its running text, if the file has text.
    :param spans: Its entities, if the file has labels.
    :param split: The split it is published in.
    :param named: Whether the id stands in the file.
    """

    id: str
    document: str
    where: str
    split: str = "train"
    tokens: tuple[str, ...] | None = None
    text: str | None = None
    spans: tuple[Span, ...] | None = None
    named: bool = False


def without_empty_tokens(
    tokens: Sequence[str], spans: tuple[Span, ...] | None
) -> tuple[tuple[str, ...], tuple[Span, ...] | None]:
    """Leave out tokens without a character that is seen; an entity keeps its other tokens.

    :param tokens: The tokens.
    :param spans: The entities, if there are labels.
    :returns: The tokens and entities that are left.

    >>> without_empty_tokens(["", "Ana", "", "Li"], (Span(0, 4, "PER"), Span(0, 1, "LOC")))
    (('Ana', 'Li'), (Span(start=0, end=2, label='PER'),))
    """
    filled = [k for k, token in enumerate(tokens) if token.strip()]
    if len(filled) == len(tokens):
        return tuple(tokens), spans
    left = None
    if spans is not None:
        moved = (Span(bisect_left(filled, s.start), bisect_left(filled, s.end), s.label) for s in spans)
        left = tuple(span for span in moved if len(span))
    return tuple(tokens[k] for k in filled), left


def decode_tags(sentences: Iterable[TaggedSentence], *, scheme: Scheme, repair: bool) -> Iterator[tuple[Span, ...]]:
    """Turn the tags of a whole file into spans; all of them together tell their spelling and, for ``auto``, the scheme.

    :param sentences: The tags of every sentence; they are read several times.
    :param scheme: The scheme the tags follow.
    :param repair: Repair broken sequences instead of refusing them.
    :returns: The spans of every sentence.
    :raises DataError: naming the file and line of the first tag that breaks the spelling or the scheme.
    """
    vocabulary: dict[str, None] = {}
    neighbours: set[tuple[str, str]] = set()
    for _, _, tags in sentences:
        vocabulary.update(dict.fromkeys(tags))
        neighbours.update(pairwise(("O", *tags, "O")))
    if are_brackets(vocabulary):
        return (_spans_of(sentence, scheme="iob2", repair=repair, brackets=True) for sentence in sentences)
    try:
        check_names(vocabulary)
        standard = standard_tags(vocabulary, scheme=scheme)
    except SpellingError as error:
        where, lines, tags = next(sentence for sentence in sentences if error.tag in sentence[2])
        raise DataError(f"{_place(where, lines, tags.index(error.tag))}: {error}") from error

    def spelled() -> Iterator[TaggedSentence]:
        for where, lines, tags in sentences:
            yield where, lines, [standard.get(tag, tag) for tag in tags] if standard else tags

    if scheme == "auto":
        scheme = scheme_of({(standard.get(a, a), standard.get(b, b)) for a, b in neighbours} - {("O", "O")})
    return (_spans_of(sentence, scheme=scheme, repair=repair) for sentence in spelled())


def _spans_of(sentence: TaggedSentence, *, scheme: Scheme, repair: bool, brackets: bool = False) -> tuple[Span, ...]:
    """Turn the tags of one sentence into spans."""
    where, lines, tags = sentence
    try:
        return tuple(spans_from_tags(tags_from_brackets(tags) if brackets else tags, scheme=scheme, repair=repair))
    except TagError as error:
        mends = not (repair or brackets) and mendable(tags, scheme=scheme)
        other = standard_tags([tags[error.position]], scheme="iob2").get(tags[error.position], UNNAMED)
        if mends:
            hint = "; correct it, or repair all (--repair, or repair: true in a recipe)"
        else:
            hint = "; correct it" if other.endswith(UNNAMED) else f"; write {other}, as the other tags are spelled"
        raise DataError(f"{_place(where, lines, error.position)}: {error}{hint}") from error


def _place(where: str, lines: Sequence[int] | None, position: int) -> str:
    """Name the line of a token, or its number in a row."""
    return f"{where}, token {position + 1}" if lines is None else f"{where}, line {lines[position]}"
