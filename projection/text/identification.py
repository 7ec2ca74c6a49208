"""Identifies the language and the script of a text. Text from the web can be in another language than it should be."""

from __future__ import annotations

from functools import cache
from typing import Any

import regex

from silverner.projection.errors import UsageError
from silverner.projection.languages import LanguageLike, language_of

_SCRIPTS = {
    "Jpan": ("Han", "Hiragana", "Katakana"),
    "Kore": ("Hangul", "Han"),
    "Hans": ("Han",),
    "Hant": ("Han",),
    "Aran": ("Arabic",),
}
"""Scripts of ISO 15924 that have other names in Unicode, or are several scripts there."""
FEW = 10
"""Letters a text needs before its language can be identified: *Ja .* is German too."""


def identified(language: LanguageLike) -> str:
    """Return the code that py3langid has for a language.

    :param language: The language.
    :returns: Its ISO 639-1 code.
    :raises UsageError: when py3langid was not trained on it.

    >>> identified("swh")
    'sw'
    """
    entry = language_of(language)
    code = entry.iso1 or entry.short
    classes = _identifier().nb_classes
    if code not in classes:
        raise UsageError(
            f"the filter 'language' cannot identify {entry.name} ({entry.code}): it is not among the {len(classes)} "
            f"languages of py3langid; leave the filter out for it, or use 'wrong-script' instead"
        )
    return code


def probability(text: str, code: str, *, script: str) -> float:
    """Return the probability that a text is in a language, among those py3langid knows (Lui and Baldwin 2012).

    :param text: Running text; with fewer than :data:`FEW` letters it may be in any language of their script.
    :param code: As :func:`identified` gives it.
    :param script: The language's script, ISO 15924 code.
    :returns: From 0 to 1.

    >>> probability("Das ist ein Haus und noch etwas mehr", "de", script="Latn") > 0.99
    True
    """
    if sum(map(str.isalpha, text)) < FEW and in_script(text, script) > 0.5:
        return 1.0
    return float(dict(_identifier().rank(text))[code])


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def in_script(text: str, script: str) -> float:
    """Return the share of a text's letters that belong to a script.

    :param text: Any text.
    :param script: ISO 15924 code.
    :returns: Share of the letters, 1 where there are none.

    >>> in_script("Путин met Obama", "Cyrl")
    0.38461538461538464
    """
    letters = len(_LETTER.findall(text))
    return len(_pattern(script).findall(text)) / letters if letters else 1.0


_LETTER = regex.compile(r"\p{L}")


@cache
def _pattern(script: str) -> Any:
    names = "".join(rf"\p{{Script={name}}}" for name in _SCRIPTS.get(script, (script,)))
    return regex.compile(rf"(?V1)[\p{{L}}&&[{names}]]")
