"""A labelled sentence as people read it: running text, and entities by character positions."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from silverner.projection.languages import Language
from silverner.projection.spans import Span
from silverner.projection.text.tokenization import extents
from silverner.projection.text.tokenization.unspaced import join_unspaced

_SPACE, _CONTROL = "\u2423", "\ufffd"


def visible_tokens(tokens: Sequence[str]) -> tuple[str, ...]:
    r"""Write tokens so that each is one visible piece of a line: no tool splits it, drops it or moves what follows.

    :param tokens: The tokens of a sentence.
    :returns: The same tokens, with ``\u2423`` for white space in them and ``\ufffd`` for control characters.

    >>> visible_tokens(["New York", "a\x07"])
    ('New␣York', 'a�')
    """
    return tuple("".join(map(_visible, token)) for token in tokens)


def _visible(char: str) -> str:
    if char.isspace():
        return _SPACE
    return _CONTROL if unicodedata.category(char) == "Cc" else char


@dataclass(frozen=True, kw_only=True)
class LabelledText:
    """A sentence to write, with its entities.

    :param id: Its id.
    :param tokens: Its tokens.
    :param spans: Its entities, from left to right.
    :param language: Its language.
    :param source: The tokens that it is a translation of, for people to look at; none where nobody knows them.
    """

    id: str
    tokens: Sequence[str]
    spans: Sequence[Span]
    language: Language
    source: Sequence[str] = ()

    @cached_property
    def visible(self) -> tuple[str, ...]:
        """The tokens as tools see them."""
        return visible_tokens(self.tokens)

    @cached_property
    def text(self) -> str:
        """The tokens in a line: with a space between them, where the language has spaces between words.

        Punctuation stands apart, so that people see the tokens, and mark whole ones.
        """
        return " ".join(self.visible) if self.language.spaced else join_unspaced(self.visible, self.language)

    @property
    def source_text(self) -> str:
        """The text that it is a translation of, in a line."""
        return " ".join(visible_tokens(self.source))

    @cached_property
    def places(self) -> list[tuple[int, int, str]]:
        """Start, end and label of every entity, in characters (code points) of the text."""
        ranges = extents(self.text, self.visible)
        edges = [(ranges[span.start], ranges[span.end - 1], span.label) for span in self.spans]
        return [(first[0], last[1], label) for first, last, label in edges if first and last]
