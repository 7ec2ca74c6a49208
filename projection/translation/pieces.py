"""Cuts a text into pieces that a model can take, and joins their translations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.text.tokenization.unspaced import is_bare

_CLAUSE = re.compile(r"(?<=[,;:—])\s+|(?<=[，、；：،؛፣፤၊])\s*")
_SPACE = re.compile(r"\s+")
_VIRAMA = 9
"""Unicode's combining class of signs that put the next letter under the previous one."""


def pieces(text: str, language: LanguageLike, fits: Callable[[str], bool]) -> list[str]:
    """Cut a text at its sentence ends, and cut sentences that are too long for the model again.

    The joined pieces are the whole text, except for white space.

    :param text: Running text.
    :param language: Its language, or a code of it.
    :param fits: Tells whether the model can take a text.
    :returns: The pieces in order; none for a text without words.

    >>> pieces("Dr. Ana came. She saw.", "eng", lambda piece: True)
    ['Dr. Ana came.', 'She saw.']
    >>> pieces("one, two three", "eng", lambda piece: len(piece) < 10)
    ['one,', 'two three']
    """
    from sentencex import segment

    # Single spaces, because sentencex (1.0.32) panics where a wider one follows a capital: "B\u00a0."
    parts = []
    for sentence in segment(language_of(language).short, " ".join(text.split())):
        if sentence.strip():
            parts += _cut(sentence.strip(), fits)
    return parts


def halves(text: str, *, language: LanguageLike | None = None) -> tuple[str, str] | None:
    """Cut a text in two near its middle: after a clause, else between words, else between characters.

    :param text: A text.
    :param language: Its language, if words must stay whole: then it is cut between characters only if the language
        writes no spaces between words.
    :returns: Its halves; ``None`` if it cannot be cut.

    >>> halves("one two, three"), halves("ab"), halves("a")
    (('one two,', 'three'), ('a', 'b'), None)
    >>> halves("ab", language="eng"), halves("你好", language="zho")
    (None, ('你', '好'))
    """
    text = text.strip()
    middle = len(text) / 2
    for pattern in (_CLAUSE, _SPACE):
        cuts = [m for m in pattern.finditer(text) if len(text) / 5 <= m.start() <= len(text) * 4 / 5]
        if cuts:
            best = min(cuts, key=lambda m: (abs(m.start() - middle), m.start()))
            return text[: best.start()], text[best.end() :]
    cut = _SPACE.search(text)
    if cut is not None:  # words of very unequal length
        return text[: cut.start()], text[cut.end() :]
    if len(text) < 2 or (language is not None and language_of(language).spaced):
        return None
    place = _between_letters(text)
    return text[:place], text[place:]


def join(translations: Iterable[str], language: LanguageLike) -> str:
    """Join the translations of pieces.

    :param translations: The translations in order.
    :param language: Their language, or a code of it.
    :returns: One text.

    >>> join(["Hola.", "Adiós."], "spa"), join(["你好。", "再见。"], "zho")
    ('Hola. Adiós.', '你好。再见。')
    """
    space = "" if is_bare(language_of(language)) else " "
    return space.join(t for t in translations if t)


def _cut(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Halve a text until every piece fits or is a single character."""
    parts = None if fits(text) else halves(text)
    return [text] if parts is None else [*_cut(parts[0], fits), *_cut(parts[1], fits)]


def _between_letters(text: str) -> int:
    """Find the cut nearest the middle that separates no accent, vowel sign or stacked letter from its letter."""
    middle = len(text) // 2
    places = sorted(range(1, len(text)), key=lambda k: abs(k - middle))
    return next(
        (k for k in places if not (_attaches(text[k]) or unicodedata.combining(text[k - 1]) == _VIRAMA)), middle
    )


def _attaches(char: str) -> bool:
    """Tell whether a character belongs to the previous one: marks and joiners do."""
    return unicodedata.category(char).startswith("M") or char in {"\u200c", "\u200d"}
