"""Tags that open and close brackets, as in the files of CoNLL-2011: ``(PER*``, ``*``, ``*)``, ``(LOC)``."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from silverner.projection.spans import TagError

_BRACKET = re.compile(r"(?:\((?P<label>[^\s()*]+))?\*?(?P<close>\)?)\Z")


def are_brackets(tags: Collection[str]) -> bool:
    """Tell whether a file tags its words with brackets.

    :param tags: The different tags of the file.

    >>> are_brackets(["*", "(PER*", "*)"]), are_brackets(["*", "B-PER"])
    (True, False)
    """
    return "*" in "".join(tags) and all(tag and _BRACKET.match(tag) for tag in tags)


def tags_from_brackets(tags: Sequence[str]) -> list[str]:
    """Write the bracketed entities of a sentence as IOB2 tags.

    :param tags: One tag a token.
    :returns: As many tags.
    :raises TagError: when a bracket closes nothing, opens inside another, or stays open.

    >>> tags_from_brackets(["(PER*", "*)", "*", "(LOC)"])
    ['B-PER', 'I-PER', 'O', 'B-LOC']
    """
    standard: list[str] = []
    open_label, opened = "", 0
    for position, tag in enumerate(tags):
        match = _BRACKET.match(tag)
        assert match is not None
        label, closes = match["label"], bool(match["close"])
        if label and open_label:
            raise TagError(f"tag {tag!r}: an entity inside another ({open_label}); keep one of the two", position)
        if closes and not (label or open_label):
            raise TagError(f"tag {tag!r}: it closes an entity that nothing opens", position)
        standard.append(f"B-{label}" if label else f"I-{open_label}" if open_label else "O")
        if label:
            open_label, opened = label, position
        if closes:
            open_label = ""
    if open_label:
        raise TagError(f"tag {tags[opened]!r}: the entity is not closed in its sentence", opened)
    return standard
