"""Syllables of scripts whose syllables are easy to find, but whose words are not."""

from __future__ import annotations

import re

_TSHEG = "་༌"
_TIBETAN = re.compile(f"[^{_TSHEG}]+[{_TSHEG}]*|[{_TSHEG}]+")

# A letter begins a syllable, unless it is stacked under another letter (virama before it), ends a syllable (asat after
# it, with or without a tone dot), or is the upper half of a stack.
_LETTER = "\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065\u1066\u106e-\u1070\u1075-\u1081\u108e"
_LETTER += "\ua9e0-\ua9e4\ua9e7-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa6f\uaa71-\uaa76\uaa7a\uaa7e\uaa7f"
_MYANMAR = re.compile(f"(?<!\u1039)(?=[{_LETTER}](?![\u1037\u200b-\u200d]?[\u103a\u1039]))")


def tibetan(text: str) -> list[str]:
    """Cut after every tsheg.

    :param text: Tibetan letters, marks and tshegs.
    :returns: Its syllables, each with the tsheg that ends it.

    >>> tibetan("བོད་ཡིག")
    ['བོད་', 'ཡིག']
    """
    return _TIBETAN.findall(text)


def myanmar(text: str) -> list[str]:
    """Cut before every letter that begins a syllable.

    :param text: Letters and marks of the Myanmar script, in Shan or another language.
    :returns: Its syllables.

    >>> myanmar("ၵႃႈတႆး")
    ['ၵႃႈ', 'တႆး']
    """
    return [syllable for syllable in _MYANMAR.split(text) if syllable]
