"""Joining and splitting where no spaces stand between words."""

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
    """Find runs of a script's letters, with the marks, joiners and zero-width spaces among them."""
    letters = letters_of(script) or "(?!)"
    return re.compile(f"([{letters}](?:[{letters}\u200c\u200d\u2060{ZERO_WIDTH_SPACE}\ufe00-\ufe0f])*)")


@cache
def _letter() -> re.Pattern[str]:
    return re.compile(f"[{unspaced_letters()}]")


def split_unspaced(text: str, language: Language, segment: Callable[[str], Sequence[str]]) -> list[str]:
    """Split a text: runs of the language's script by its segmenter, everything else as in languages with spaces.

    :param text: A text.
    :param language: Its language.
    :param segment: Cuts a run of letters and marks into words.
    :returns: Its tokens. No mark is torn from its letter.
    :raises EngineError: when the segmenter changes the text.
    """
    found: list[str] = []
    for place, part in enumerate(_runs(language.script).split(_printable(text))):
        if not place % 2:
            found += split_spaced(part, "und")
            continue
        for run in re.findall(f"[^{ZERO_WIDTH_SPACE}]+{ZERO_WIDTH_SPACE}*", part):
            cut = segment(run.rstrip(ZERO_WIDTH_SPACE))
            if "".join(cut) != run.rstrip(ZERO_WIDTH_SPACE):
                raise EngineError(f"the segmenter of {language.name} changed the text {run!r} into {list(cut)}")
            cut = _whole_letters(cut)
            found += [*cut[:-1], cut[-1] + run[len(run.rstrip(ZERO_WIDTH_SPACE)) :]]
    return found


def join_unspaced(tokens: Sequence[str], language: Language) -> str:
    """Write tokens without spaces between words.

    Spaces stand where a reader needs them: between two words or numbers of other scripts, unless both are single
    characters (what is split by character is written together); behind a comma or bracket between such words; and in
    the scripts of South-East Asia around them.

    :param tokens: The tokens of a sentence.
    :param language: Its language.
    :returns: The text.
    """
    tokens = " ".join(tokens).split()
    found = tokens[:1]
    for k, (before, behind) in enumerate(pairwise(tokens)):
        earlier = tokens[k - 1] if k else ""
        found += [" ", behind] if _space(earlier, before, behind, language) else [behind]
    return "".join(found)


def _space(earlier: str, before: str, behind: str, language: Language) -> bool:
    """Tell whether a space stands between two tokens."""
    left, right = _kind(before[-1]), _kind(behind[0])
    if left == right == "spaced":
        return not (_single(before) and _single(behind))
    if {left, right} == {"spaced", "unspaced"}:
        return not is_bare(language)
    return before in _PAUSE and right == "spaced" and not behind[0].isdigit() and _kind(earlier[-1:]) == "spaced"


def _kind(char: str) -> str:
    """Sort a character: of a script without spaces, of another, or neither."""
    if _letter().match(char):
        return "unspaced"
    return "spaced" if char and is_word(char) else "mark"


def _single(token: str) -> bool:
    """Tell whether a token is one letter or digit, with its marks."""
    return len([char for char in token if not unicodedata.category(char).startswith("M")]) == 1


def is_bare(language: Language) -> bool:
    """Tell whether a language writes no space at all, between sentences neither: Chinese and Japanese.

    :param language: The language.
    :returns: Whether it does without.
    """
    return not language.spaced and language.script in {"Hans", "Hant", "Jpan"}


def _printable(text: str) -> str:
    """Drop control characters; those that are white space become a space."""
    return "".join(char for char in " ".join(text.split()) if unicodedata.category(char) != "Cc")


def _whole_letters(words: Sequence[str]) -> list[str]:
    """Give marks back to the letters they were torn from."""
    found: list[str] = []
    for word in filter(None, words):
        if found and unicodedata.category(word[0])[0] in {"M", "C"}:
            found[-1] += word
        else:
            found.append(word)
    return found
