"""Writes text from corpora, recipes and models so that a reader sees it as it is, and never as Markdown or HTML.

A character that could be markup becomes a numeric character reference. Every Markdown dialect shows such a reference as
the character, and none reads it as structure (CommonMark 0.31, section 2.5).
"""

from __future__ import annotations

import re
import unicodedata

_MARKUP = re.compile(r"[&<>\\`*_\[\]|~$#@:!^]|(?<=www)\.", re.IGNORECASE)
_SAFE_AS_CODE = re.compile(r"[\w ./+=,@:-]+", re.ASCII)
# Controls of direction that act beyond the text they stand in. The marks LRM, RLM and ALM do not.
_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_ISOLATE, _END = "\u2068", "\u2069"


def inline(text: str) -> str:
    """Write text on one line so that none of it is markup.

    :param text: Any text.
    :returns: Markdown that shows the text, with controls as replacement characters and white space as one space.

    >>> inline("<b>*a*|b</b>")
    '&#60;b&#62;&#42;a&#42;&#124;b&#60;/b&#62;'
    """
    visible = " ".join("".join(map(_visible, text.translate(_OVERRIDES))).split())
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", visible)


def _visible(char: str) -> str:
    """Replace controls, surrogates and code points that Unicode will never assign."""
    if char.isspace():
        return " "
    is_noncharacter = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
    return "\ufffd" if is_noncharacter or unicodedata.category(char) in {"Cc", "Cs"} else char


def isolated(text: str) -> str:
    """Isolate the writing direction of a piece of Markdown from the text around it.

    :param text: The piece, without controls that override directions.
    :returns: The piece between U+2068 and U+2069 (Unicode Standard Annex 9).
    """
    return f"{_ISOLATE}{text}{_END}"


def code(text: str) -> str:
    """Write a name as code where its characters allow it, and as text otherwise.

    :param text: The name of a config, file, model or filter.
    :returns: Markdown.

    >>> code("facebook/nllb-200-3.3B"), code("a`b")
    ('`facebook/nllb-200-3.3B`', 'a&#96;b')
    """
    return f"`{text}`" if _SAFE_AS_CODE.fullmatch(text) and text == text.strip() else inline(text)
