"""Joins tokens into running text, and splits running text into tokens."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.text.tokenization.segmenters import segment_of
from silverner.projection.text.tokenization.spaced import join_spaced, split_spaced
from silverner.projection.text.tokenization.unspaced import join_unspaced, split_unspaced


def join(tokens: Sequence[str], language: LanguageLike) -> str:
    """Join tokens into running text.

    For a language without spaces between words, spaces are written only between words of other scripts.

    :param tokens: The tokens of a sentence.
    :param language: Its language, or a code of it.
    :returns: Text as a person would type it; without white space, it has the characters of the tokens in order.

    >>> join(["Dr.", "Smith", "'s", "dog", "(", "a", "big", "one", ")", "sat", "."], "eng")
    "Dr. Smith's dog (a big one) sat."
    >>> join(["苹果", "发布", "iPhone", "15", "。"], "zho"), join(["2", "0", "2", "4", "年"], "zho")
    ('苹果发布iPhone 15。', '2024年')
    """
    language = language_of(language)
    return join_spaced(tokens, language.short) if language.spaced else join_unspaced(tokens, language)


def split(text: str, language: LanguageLike) -> list[str]:
    """Split running text into tokens.

    Letters, marks, numbers, joiners, and the apostrophes inside a word stay together, except in the elisions of
    English, French, Italian, Catalan and Irish (``Ana|'s``, ``do|n't``, ``l'|eau``). Times, dates and results of digits
    (``11:00``, ``1/2``), numbers with ``+``, and addresses of pages and mailboxes are one token. A punctuation mark is
    a token; several equal marks in a row (``...``, ``!!``) are one token.

    :param text: A sentence.
    :param language: Its language, or a code of it.
    :returns: Its tokens; joined, they are the text without white space and control characters.
    :raises MissingEngineError: when the language has no spaces between words and its segmenter is not installed.

    >>> split("Ng'ombe watatu, alisema O'Neill.", "swh")
    ["Ng'ombe", 'watatu', ',', 'alisema', "O'Neill", '.']
    """
    language = language_of(language)
    if language.spaced:
        return split_spaced(text, language.short)
    return split_unspaced(text, language, segment_of(language))
