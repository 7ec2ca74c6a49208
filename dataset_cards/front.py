"""The two parts of a card: front matter and body."""

from __future__ import annotations

import re

_FRONT = re.compile(r"---\n(.*?)\n?---\n(.*)\Z", re.DOTALL)


def split_card(text: str) -> tuple[str | None, str]:
    r"""Take a card apart.

    :param text: The card.
    :returns: Its YAML, ``None`` where there is none, and its body.

    >>> split_card("---\nlicense: mit\n---\n# Title\n")
    ('license: mit', '# Title\n')
    """
    found = _FRONT.match(text.replace("\r\n", "\n"))
    return (found[1], found[2]) if found else (None, text)
