"""Text from corpora, recipes and models, so that it is shown as it is and cannot be Markdown, HTML or a table's end.

What would be markup is written as a numeric character reference, which every Markdown dialect shows as the character
and none reads as structure (CommonMark 0.31, section 2.5).
"""

from __future__ import annotations

import re
import unicodedata

_MARKUP = re.compile(r"[&<>\\`*_\[\]|~$#@:!^]|(?<=www)\.", re.IGNORECASE)
_PLAIN = re.compile(r"[\w ./+=,@:-]+", re.ASCII)
# Controls of direction that reach beyond the text they stand in; the marks LRM, RLM and ALM do not.
_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_ISOLATE, _END = "\u2068", "\u2069"


def inline(text: str) -> str:
    """Write text so that it is nothing but text, on one line.

    :param text: Any text.
    :returns: Markdown that shows it; controls are shown as replacement characters, white space as one space.

    >>> inline("<b>*a*|b</b>")
    '&#60;b&#62;&#42;a&#42;&#124;b&#60;/b&#62;'
    """
    plain = " ".join("".join(map(_visible, text.translate(_OVERRIDES))).split())
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", plain)


def _visible(char: str) -> str:
    """Replace what is no character: controls, surrogates, and what Unicode says will never be one."""
    if char.isspace():
        return " "
    never = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
    return "\ufffd" if never or unicodedata.category(char) in {"Cc", "Cs"} else char


def isolated(text: str) -> str:
    """Keep the direction of a piece of Markdown to itself, whichever way its first strong letter runs.

    :param text: The piece, in which nothing overrides directions.
    :returns: The piece between U+2068 and U+2069 (Unicode Standard Annex 9).
    """
    return f"{_ISOLATE}{text}{_END}"


def code(text: str) -> str:
    """Write a name as code where it is a plain one, as text otherwise.

    :param text: The name of a config, file, model or filter.
    :returns: Markdown.

    >>> code("facebook/nllb-200-3.3B"), code("a`b")
    ('`facebook/nllb-200-3.3B`', 'a&#96;b')
    """
    return f"`{text}`" if _PLAIN.fullmatch(text) and text == text.strip() else inline(text)
