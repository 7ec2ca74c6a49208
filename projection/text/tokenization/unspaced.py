"""Joins and splits text without spaces between words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

from silverner.projection.errors import EngineError
from silverner.projection.languages import Language
from silverner.projection.text.tokenization.characters import ZERO_WIDTH_SPACE, is_word, letters_of, unspaced_letters
from silverner.projection.text.tokenization.spaced import split_spaced

_PAUSE = frozenset(",;!?)")


@cache
def _runs(script: str) -> re.Pattern[str]:
    """Return the pattern of runs of a script's letters, with the marks, joiners and zero-width spaces among them."""
    letters = letters_of(script) or "(?!)"
    return re.compile(f"([{letters}](?:[{letters}\u200c\u200d\u2060{ZERO_WIDTH_SPACE}\ufe00-\ufe0f])*)")


@cache
def _letter() -> re.Pattern[str]:
    return re.compile(f"[{unspaced_letters()}]")


def split_unspaced(text: str, language: Language, segment: Callable[[str], Sequence[str]]) -> list[str]:
    """Split runs of the language's script by its segmenter, and all other text as in languages with spaces.

    :param text: A text.
    :param language: Its language.
    :param segment: Splits a run of letters and marks into words.
    :returns: Its tokens; a mark stays with its letter.
    :raises EngineError: when the segmenter changes the text.
    """
    tokens: list[str] = []
    for place, part in enumerate(_runs(language.script).split(_printable(text))):
        if not place % 2:
            tokens += split_spaced(part, "und")
            continue
        for run in re.findall(f"[^{ZERO_WIDTH_SPACE}]+{ZERO_WIDTH_SPACE}*", part):
            cut = segment(run.rstrip(ZERO_WIDTH_SPACE))
            if "".join(cut) != run.rstrip(ZERO_WIDTH_SPACE):
                raise EngineError(f"the segmenter of {language.name} changed the text {run!r} into {list(cut)}")
            cut = _whole_letters(cut)
            tokens += [*cut[:-1], cut[-1] + run[len(run.rstrip(ZERO_WIDTH_SPACE)) :]]
    return tokens


def join_unspaced(tokens: Sequence[str], language: Language) -> str:
    """Write tokens without spaces between words.

    Spaces are written between two words or numbers of other scripts, unless both are single characters (text split into
    characters is written together); after a comma or bracket between such words; and, in the scripts of South-East
    Asia, around them.

    :param tokens: The tokens of a sentence.
    :param language: Its language.
    :returns: The text.
    """
    tokens = " ".join(tokens).split()
    parts = tokens[:1]
    for k, (before, behind) in enumerate(pairwise(tokens)):
        earlier = tokens[k - 1] if k else ""
        parts += [" ", behind] if _needs_space(earlier, before, behind, language) else [behind]
    return "".join(parts)


def _needs_space(earlier: str, before: str, behind: str, language: Language) -> bool:
    """Tell whether a space stands between two tokens."""
    left, right = _kind(before[-1]), _kind(behind[0])
    if left == right == "spaced":
        return not (_single(before) and _single(behind))
    if {left, right} == {"spaced", "unspaced"}:
        return not is_bare(language)
    return before in _PAUSE and right == "spaced" and not behind[0].isdigit() and _kind(earlier[-1:]) == "spaced"


def _kind(char: str) -> str:
    """Classify a character: of a script without spaces, of a script with spaces, or neither."""
    if _letter().match(char):
        return "unspaced"
    return "spaced" if char and is_word(char) else "mark"


def _single(token: str) -> bool:
    """Tell whether a token is one letter or digit, with its marks."""
    return len([char for char in token if not unicodedata.category(char).startswith("M")]) == 1


def is_bare(language: Language) -> bool:
    """Tell whether a language writes no spaces at all, not even between sentences: Chinese and Japanese.

    :param language: The language.
    :returns: Whether it writes no spaces.
    """
    return not language.spaced and language.script in {"Hans", "Hant", "Jpan"}


def _printable(text: str) -> str:
    """Drop control characters, but replace those that are white space by a space."""
    return "".join(char for char in " ".join(text.split()) if unicodedata.category(char) != "Cc")


def _whole_letters(words: Sequence[str]) -> list[str]:
    """Join marks to the letters that a segmenter separated them from."""
    letters: list[str] = []
    for word in filter(None, words):
        if letters and unicodedata.category(word[0])[0] in {"M", "C"}:
            letters[-1] += word
        else:
            letters.append(word)
    return letters
