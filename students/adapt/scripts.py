"""Scripts that can be written in Latin letters: their characters, and how much of a text is in them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

import regex

from silverner.projection.errors import DataError, UsageError, nearest

_NAMES = """
adlam arabic armenian bengali bopomofo canadian-aboriginal cherokee coptic cyrillic devanagari ethiopic georgian greek
gujarati gurmukhi han hangul hebrew hiragana javanese kannada katakana khmer lao malayalam meetei-mayek mongolian
myanmar nko ol-chiki oriya sinhala syriac tamil telugu thaana thai tibetan tifinagh vai yi
"""
SCRIPTS = tuple(_NAMES.split())
"""Names of the scripts, as Unicode calls them."""
AUTO = "auto"
RARE = 0.01
"""A script with a smaller share of the letters of a text is that of a few foreign names."""


@cache
def _every_character() -> str:
    return "".join(chr(k) for k in range(sys.maxunicode + 1) if not 0xD800 <= k <= 0xDFFF)


@cache
def characters(script: str) -> tuple[str, ...]:
    """Return the letters, marks and digits of a script; punctuation and what Latin uses too are not among them.

    :param script: One of :data:`SCRIPTS`.
    :returns: The characters.

    >>> characters("cyrillic")[:3]
    ('Ѐ', 'Ё', 'Ђ')
    """
    name = script.replace("-", "_")
    pattern = rf"[[\p{{scx={name}}}--\p{{scx=Latin}}]&&[\p{{L}}\p{{Mn}}\p{{Mc}}\p{{Nd}}\p{{Nl}}]]"
    return tuple(regex.findall(pattern, _every_character(), flags=regex.V1))


@cache
def script_of(letter: str) -> str:
    """Name the script of a letter: ``latin``, one of :data:`SCRIPTS`, or ``other``.

    >>> script_of("Ж"), script_of("ọ"), script_of("の")
    ('cyrillic', 'latin', 'hiragana')
    """
    names = ("latin", *SCRIPTS)
    return next((name for name in names if regex.match(rf"\p{{Script={name.replace('-', '_')}}}", letter)), "other")


def letter_shares(texts: Iterable[str]) -> dict[str, float]:
    """Return the share of every script in the letters of a text, the largest first.

    :param texts: Its words or lines.
    :returns: Shares by the name of the script; they add up to 1, or there are none.

    >>> letter_shares(["Ана", "x"])
    {'cyrillic': 0.75, 'latin': 0.25}
    """
    counts: Counter[str] = Counter()
    for character, number in Counter(character for text in texts for character in text).items():
        if character.isalpha():
            counts[script_of(character)] += number
    return {script: number / counts.total() for script, number in counts.most_common()}


def chosen_scripts(names: str, shares: Mapping[str, float]) -> tuple[str, ...]:
    """Return the scripts that a user chose.

    :param names: Names of :data:`SCRIPTS`, separated by commas; or ``auto``: those that a text holds.
    :param shares: The share of every script in the letters of the text.
    :returns: The names, in the order of :data:`SCRIPTS`.
    :raises UsageError: when a name is unknown.
    :raises DataError: when a text without letters of any of them shall choose.
    """
    if names.strip().lower() == AUTO:
        held_by_text = tuple(script for script in SCRIPTS if shares.get(script, 0.0) >= RARE)
        if not held_by_text:
            listed = ", ".join(f"{script} {share:.1%}" for script, share in shares.items()) or "none"
            raise DataError(
                f"the text has no script to write in Latin letters (its letters: {listed}); name one with --scripts, "
                "or use another method: silverner adapt advise"
            )
        return held_by_text
    chosen = {name.strip().lower().replace("_", "-").replace(" ", "-") for name in names.split(",") if name.strip()}
    for name in sorted(chosen):
        if name not in SCRIPTS:
            raise UsageError(f"--scripts: the script {name!r} is unknown; {nearest(name, (AUTO, *SCRIPTS))}")
    if not chosen:
        raise UsageError(f"--scripts names no script; {nearest(names, (AUTO, *SCRIPTS))}")
    return tuple(script for script in SCRIPTS if script in chosen)
