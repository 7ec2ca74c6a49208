"""Writes running text with markers around its entities."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.projection.languages import LanguageLike
from silverner.projection.markers.style import FILLER, Style, check, enclosures, hide
from silverner.projection.spans import Span, tags_from_spans
from silverner.projection.text import tokenization


def mark(tokens: Sequence[str], spans: Sequence[Span], *, language: LanguageLike, style: Style) -> str:
    """Join a sentence with markers around each entity (EasyProject: Chen et al. 2023, arXiv 2211.15613).

    Markers stand directly around the words, as brackets do in running text, so the text without markers is ordinary
    running text. Tags are ``<a>``, ``<b>``, ..., ``<z>``, ``<aa>``, ... in the order of ``spans``. What looks like a
    marker in the text itself is first written with round brackets.

    :param tokens: The tokens of a sentence.
    :param spans: Its entities; they do not overlap.
    :param language: Its language.
    :param style: The kind of markers.
    :returns: Running text; without its markers, it is the result of
        :func:`silverner.projection.text.tokenization.join`. An entity without a character in the text, or without a
        tag (the 703rd), is not marked.
    :raises DataError: when spans overlap or leave the sentence, or the style is unknown.

    >>> mark(["Ana", "visits", "New", "York", "."], [Span(0, 1, "PER"), Span(2, 4, "LOC")], language="eng",
    ...     style="brackets")
    '[Ana] visits [New York].'
    >>> mark(["Ana", "visits", "New", "York", "."], [Span(2, 4, "LOC")], language="eng", style="tags")
    'Ana visits <a>New York</a>.'
    """
    check(style)
    tags_from_spans(spans, len(tokens))  # refuses spans that cannot be marked
    text = tokenization.join(tokens, language)
    extents = tokenization.extents(text, tokens)
    text = hide(text, style)
    parts: list[str] = []
    before = 0
    # The number of an entity is its place in `spans`, in whatever order they are.
    for span, (opening, closing) in sorted(zip(spans, enclosures(style, len(spans)), strict=False)):
        inside = [extent for extent in extents[span.start : span.end] if extent is not None]
        if not inside:
            continue
        start, end = inside[0][0], inside[-1][1]
        parts += [text[before:start], opening, text[start:end], closing]
        before = end
    return "".join([*parts, text[before:]]).replace(FILLER, "")
