"""Running text with its entities between markers."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.projection.languages import LanguageLike
from silverner.projection.markers.style import FILLER, Style, check, enclosures, hide
from silverner.projection.spans import Span, tags_from_spans
from silverner.projection.text import tokenization


def mark(tokens: Sequence[str], spans: Sequence[Span], *, language: LanguageLike, style: Style) -> str:
    """Join a sentence, each entity between markers (EasyProject: Chen et al. 2023, arXiv 2211.15613).

    Markers stand directly around the words, as brackets do in running text, so that the text without them is the text
    a person would type. Tags are ``<a>``, ``<b>``, ..., ``<z>``, ``<aa>``, ... in the order of ``spans``. Whatever
    looks like a marker in the text itself gets round brackets first.

    :param tokens: The tokens of a sentence.
    :param spans: Its entities; they do not overlap.
    :param language: Its language.
    :param style: The kind of markers.
    :returns: Running text; without its markers, what :func:`silverner.projection.text.tokenization.join` makes of the
        tokens. An entity of
        which the text holds no character, or for which no letter is left (the 703rd), is not marked.
    :raises DataError: when spans overlap or leave the sentence, or the style is unknown.

    >>> mark(["Ana", "visits", "New", "York", "."], [Span(0, 1, "PER"), Span(2, 4, "LOC")], language="eng",
    ...     style="brackets")
    '[Ana] visits [New York].'
    >>> mark(["Ana", "visits", "New", "York", "."], [Span(2, 4, "LOC")], language="eng", style="tags")
    'Ana visits <a>New York</a>.'
    """
    check(style)
    tags_from_spans(spans, len(tokens))  # refuses what could not be marked
    text = tokenization.join(tokens, language)
    extents = tokenization.extents(text, tokens)
    text = hide(text, style)
    done: list[str] = []
    before = 0
    # An entity is known by its place in `spans`, whatever order they are in.
    for span, (opening, closing) in sorted(zip(spans, enclosures(style, len(spans)), strict=False)):
        inside = [extent for extent in extents[span.start : span.end] if extent is not None]
        if not inside:
            continue
        start, end = inside[0][0], inside[-1][1]
        done += [text[before:start], opening, text[start:end], closing]
        before = end
    return "".join([*done, text[before:]]).replace(FILLER, "")
