"""What people wrote into a card, which an update keeps: sections under headings of their own, and keys of their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import yaml

from silverner.dataset_cards.card.front_matter import split_card

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,2}\s+(.*?)\s*#*\s*\Z")


def own_sections(cards: Iterable[str], generated: Collection[str]) -> list[tuple[str | None, str]]:
    """Find the sections of cards that were not generated.

    :param cards: The cards; of a heading that several have, the first counts.
    :param generated: The headings that are generated.
    :returns: For every one the generated heading it stands after, ``None`` for none, and its text with its heading.
    """
    found: list[tuple[str | None, str]] = []
    known: set[str] = set()
    for card in cards:
        after: str | None = None
        titles: set[str] = set()
        for title, text in _sections(split_card(card)[1]):
            if title in generated:
                after = title
            elif title is not None and title not in known:
                titles.add(title)
                found.append((after, text.strip("\n")))
        known |= titles
    return found


def _sections(body: str) -> list[tuple[str | None, str]]:
    """Cut a body at its headings of the first two levels; what is between code fences is no heading."""
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


def own_keys(card: str, generated: Collection[str]) -> Mapping[str, Any]:
    """Find the keys of the front matter that were not generated.

    :param card: The card as it is.
    :param generated: The keys that are.
    :returns: The others; none where the front matter is damaged.
    """
    try:
        front = yaml.safe_load(split_card(card)[0] or "")
    except yaml.YAMLError:
        return {}
    return {key: value for key, value in front.items() if key not in generated} if isinstance(front, dict) else {}
