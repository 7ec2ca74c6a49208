"""Pieces of Markdown that several sections use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from silverner.dataset_cards.card.escape import code


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay cells out as a table.

    :param head: The names of the columns.
    :param rows: Cells of Markdown.
    :returns: Markdown.
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def fenced(text: str, language: str) -> str:
    r"""Write a block of code that nothing in the text can end.

    :param text: The code.
    :param language: The language of the code, for highlighting.
    :returns: Markdown.

    >>> fenced("a", "json")
    '```json\na\n```'
    """
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def names(words: Iterable[str]) -> str:
    """List names as code.

    :param words: The names.
    :returns: Markdown, with commas between the names.
    """
    return ", ".join(map(code, words))
