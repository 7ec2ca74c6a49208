"""Pieces of Markdown that several sections use."""

from __future__ import annotations

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


def names(words: Iterable[str]) -> str:
    """List names as code.

    :param words: The names.
    :returns: Markdown, with commas between the names.
    """
    return ", ".join(map(code, words))
