"""Columns of numbers before the tokens: those of words, or of sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice, pairwise

from silverner.projection.readers.layout import is_capital, looks_like_tag

_NUMBER = re.compile(r"(\d+)(?:[-.]\d+)?[.:)]?\Z")
_MANY, _NEARLY_ALL = 10, 0.9
"""Of so many lines, so many begin with a number; of fewer, all do, and their numbers rise by one at most."""


def fields_behind_numbers(sentences: Iterable[Sequence[Sequence[str]]], tag_column: int) -> str | None:
    """Say which columns hold tokens and tags, where the first holds numbers of words or sentences instead of tokens.

    :param sentences: The lines of a file, between its empty lines; they are read several times.
    :param tag_column: The column of the tags, from 0.
    :returns: The key ``fields`` of a recipe; ``None`` where the tokens may well stand in the first column.

    >>> fields_behind_numbers([[["1", "Ana", "NNP", "B-PER"], ["2", "runs", "VB", "O"]]], 3)
    'fields: {tokens: 2, tags: 4}'
    >>> fields_behind_numbers([[["7", "Ana", "B-PER"], ["7", "runs", "O"]]], 2)
    'fields: {tokens: 2, tags: 3, sentence: 1}'
    >>> fields_behind_numbers([[["1", "CD", "O"], ["2", "CD", "O"]]], 2) is None
    True
    """
    count = sum(map(len, sentences))
    words = (row[0] for block in sentences for row in block)
    if count < _MANY:
        if count < 2 or not _are_successive(words):
            return None
    else:
        most_others = count - int(_NEARLY_ALL * count) - 1
        unnumbered = (word for word in words if not _NUMBER.match(word))
        if next(islice(unnumbered, most_others, None), None) is not None:
            return None
    width = len(next(row for block in sentences for row in block))
    tokens = next((k for k in range(1, width) if _are_words(row[k] for block in sentences for row in block)), None)
    if tokens is None:
        return None
    tags = f", tags: {tag_column + 1}" if tokens != tag_column else ""
    sentence = ", sentence: 1" if any(a[0] == b[0] for block in sentences for a, b in pairwise(block)) else ""
    return f"fields: {{tokens: {tokens + 1}{tags}{sentence}}}"


def _are_successive(words: Iterable[str]) -> bool:
    """Tell whether all words are numbers, of which none is larger by more than one than the number before it."""
    matches = [_NUMBER.match(word) for word in words]
    numbers = [int(match[1]) for match in matches if match]
    return len(numbers) == len(matches) and all(b - a <= 1 for a, b in pairwise(numbers))


def _are_words(column: Iterable[str]) -> bool:
    """Tell whether a column may hold words: letters, and neither tags nor few labels in capitals."""
    cells = Counter(column)
    if _share(cells, lambda cell: any(map(str.isalpha, cell))) <= 1 / 2 or all(map(looks_like_tag, cells)):
        return False
    return _share(cells, is_capital) <= 1 / 2 or len(cells) > cells.total() / 2


def _share(cells: Counter[str], is_one: Callable[[str], bool]) -> float:
    """Return the share of cells of a kind."""
    return sum(count for cell, count in cells.items() if is_one(cell)) / max(1, cells.total())
