"""What people wrote into a card: sections under their own headings, and keys of their own. An update keeps both."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from silverner.dataset_cards.card.front_matter import split_card
from silverner.projection.errors import DataError
from silverner.projection.parsing import parse_yaml

LOG = logging.getLogger("silverner")

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,2}\s+(.*?)\s*#*\s*\Z")


def user_sections(cards: Iterable[str], generated: Collection[str]) -> list[tuple[str | None, str]]:
    """Find the sections of cards that silverner did not write.

    :param cards: The cards. Where several have the same heading, the section of the first one counts.
    :param generated: The headings that silverner writes.
    :returns: For every section the generated heading before it, ``None`` where there is none, and the section itself.
    """
    sections: list[tuple[str | None, str]] = []
    earlier_titles: set[str] = set()
    for card in cards:
        after: str | None = None
        titles: set[str] = set()
        for title, text in _sections(split_card(card)[1]):
            if title in generated:
                after = title
            elif title is not None and title not in earlier_titles:
                titles.add(title)
                sections.append((after, text.strip("\n")))
        earlier_titles |= titles
    return sections


def _sections(body: str) -> list[tuple[str | None, str]]:
    """Split a body at its headings of the first two levels; a line between code fences is no heading."""
    parts: list[tuple[str | None, list[str]]] = [(None, [])]
    fence = ""
    for line in body.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]) else fence
        elif mark:
            fence = mark[1]
        elif heading := _HEADING.match(line):
            parts.append((heading[1], []))
        parts[-1][1].append(line)
    return [(title, "\n".join(lines)) for title, lines in parts]


def user_keys(card: str, generated: Collection[str]) -> Mapping[str, Any]:
    """Find the keys of the front matter that silverner did not write.

    :param card: The card as it is.
    :param generated: The keys that silverner writes.
    :returns: All other keys; none where the front matter is damaged.
    """
    try:
        front = parse_yaml(split_card(card)[0] or "", where="README.md, front matter")
    except DataError as error:
        LOG.warning("%s; keys of your own in it are not kept", error)
        return {}
    return {key: value for key, value in front.items() if key not in generated} if isinstance(front, dict) else {}
