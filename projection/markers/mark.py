"""Running text with its entities between markers."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from itertools import product
from typing import Literal

from projection import words
from projection.spans import Span

Style = Literal["brackets", "tags"]
STYLES: tuple[Style, ...] = ("brackets", "tags")

_LETTERS = [*string.ascii_lowercase, *("".join(pair) for pair in product(string.ascii_lowercase, repeat=2))]
_LIKE_TAGS = re.compile(r"<(\s*/?\s*[A-Za-z]{1,2}\s*/?\s*)>")
_LIKE_BRACKETS = str.maketrans("[]\uff3b\uff3d\u3010\u3011", "()()()")


def mark(tokens: Sequence[str], spans: Sequence[Span], *, language: str, style: Style) -> str:
    """Join a sentence, each entity between markers (Chen et al. 2023, arXiv 2211.15613, section 2).

    Brackets stand directly around the words, where tokenizers meet them in real text; tags are ``<a>``, ``<b>``, ... in
    the order of the entities. Whatever looks like a marker in the text itself is replaced first: square brackets by
    round ones, tags by angle quotes.

    :param tokens: The tokens of a sentence.
    :param spans: Its entities; they do not overlap.
    :param language: Its ISO 639 code.
    :param style: The kind of markers.
    :returns: Running text; without its markers, what :func:`projection.words.join` makes of the tokens.

    >>> mark(["Ana", "visits", "New", "York", "."], [Span(0, 1, "PER"), Span(2, 4, "LOC")], language="eng",
    ...     style="brackets")
    '[Ana] visits [New York].'
    >>> mark(["Ana", "visits", "New", "York", "."], [Span(2, 4, "LOC")], language="eng", style="tags")
    'Ana visits <a>New York</a>.'
    """
    text = words.join(tokens, language)
    extents = words.extents(text, tokens)
    # Both replacements keep every character's place.
    text = text.translate(_LIKE_BRACKETS) if style == "brackets" else _LIKE_TAGS.sub("\u2039\\1\u203a", text)
    done: list[str] = []
    before = 0
    for letter, span in zip(letters(len(spans)), sorted(spans), strict=True):
        inside = [extent for extent in extents[span.start : span.end] if extent is not None]
        if not inside:
            continue
        start, end = inside[0][0], inside[-1][1]
        opening, closing = ("[", "]") if style == "brackets" else (f"<{letter}>", f"</{letter}>")
        done += [text[before:start], opening, text[start:end], closing]
        before = end
    return "".join([*done, text[before:]])


def letters(count: int) -> list[str]:
    """Return the letters of the first entities; sentences with more than 702 of them repeat the last."""
    return [*_LETTERS[:count], *[_LETTERS[-1]] * (count - len(_LETTERS))]
