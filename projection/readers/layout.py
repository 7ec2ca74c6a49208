"""The layout of a text file: its columns, its blocks, and which lines look like tokens with tags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from silverner.projection.spans import TAG

NumberedLines = Sequence[tuple[int, str]]

_SPELLED_TAG = re.compile(
    r"(?:[BIESLUM][-_]\S+|[biesluom]-[^\W\d]\S*|\S*[^\W\d][-_][BIESLUM]|[BIEOSLUM]|[o0]|_)\Z",
)
"""Tags in all spellings that are in use; the reader decides later which of them it can read."""
_CERTAIN_TAG = re.compile(r"(?:O|[BIESLUM][-_][^\W\d]\S*)\Z")
_PLAIN_LABEL = re.compile(r"(?:[^\W\d_][\w/.&+-]{0,39}|0)\Z")
_CAPITALS = re.compile(r"(?:[A-Z][A-Z0-9_.:+$-]*|_|0)\Z")
_NUMBER = re.compile(r"\d+(?:[-.]\d+)?\Z")

MOSTLY = 0.8
"""The share of lines from which a file has a layout; the reader of that layout then refuses the other lines."""
FEWEST_COLUMNS, MOST_COLUMNS = 2, 5
"""Columns of a line that is a token with its tag in the last column."""


def looks_like_tag(column: str) -> bool:
    """Tell whether a column may be a tag, in any spelling that is in use.

    :param column: The column.
    :returns: Whether it may be one.

    >>> [looks_like_tag(column) for column in ("O", "B-PER", "b-per", "PER-B", "M-PER", "PER", "home")]
    [True, True, True, True, True, False, False]
    """
    return bool(TAG.match(column) or _SPELLED_TAG.match(column))


def is_certain_tag(column: str) -> bool:
    """Tell whether a column is a tag and hardly a word: ``O``, or a prefix with a label that begins with a letter.

    :param column: The column.
    :returns: Whether it is one.

    >>> [is_certain_tag(column) for column in ("O", "B-PER", "M_LOC", "B-12", "o")]
    [True, True, True, False, False]
    """
    return bool(_CERTAIN_TAG.match(column))


def is_capital(column: str) -> bool:
    """Tell whether a column is written as labels often are: in capitals, or ``_`` or ``0``.

    :param column: The column.
    :returns: Whether it is.

    >>> [is_capital(column) for column in ("PER", "NN", "_", "Per", "per")]
    [True, True, True, False, False]
    """
    return bool(_CAPITALS.match(column))


def split_columns(line: str) -> list[str]:
    """Split a line at its tabs, or at its spaces if it has no tab.

    :param line: The line without its end.
    :returns: The columns.
    """
    if "\t" in line:
        return [part.strip(" ") for part in line.split("\t")]
    return [part for part in line.split(" ") if part]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How many lines of a file look like one format.

    :param rows: The lines that are neither blank nor comments.
    :param others: The numbers of those that do not look like it.
    """

    rows: int = 0
    others: Sequence[int] = field(default_factory=tuple)

    @property
    def share(self) -> float:
        """The share of the lines that look like the format; 0 for a file without lines."""
        return (self.rows - len(self.others)) / self.rows if self.rows else 0.0


class Layout:
    """The lines of a file that are not blank, with their columns and the blocks between blank lines."""

    def __init__(self, lines: NumberedLines) -> None:
        """Split lines into columns.

        :param lines: The first lines of a file, without its comments.
        """
        self.rows = [(number, split_columns(line)) for number, line in lines if line.strip()]
        self.tabs = sum("\t" in line for _, line in lines) > len(self.rows) / 2
        widths = Counter(len(columns) for _, columns in self.rows)
        self.width = widths.most_common(1)[0][0] if widths else 0
        self.odd_widths = [number for number, columns in self.rows if len(columns) != self.width]
        self._lines = lines

    @cached_property
    def blocks(self) -> list[list[tuple[int, list[str]]]]:
        """The rows between blank lines."""
        rows = iter(self.rows)
        filled = groupby(self._lines, key=lambda line: bool(line[1].strip()))
        return [[next(rows) for _ in block] for is_filled, block in filled if is_filled]

    def untagged_lines(self) -> list[int]:
        """Find the lines that do not end in a tag.

        Spellings that may be words as well (``o``, ``B``, ``b-per``) count where all lines have the same columns.

        :returns: Their numbers.
        """
        is_tag = is_certain_tag
        last = [columns[-1].strip() for _, columns in self.rows]
        if len(last) > 2 and not self.odd_widths and all(map(looks_like_tag, last)) and not self._are_numbers(last):
            is_tag = looks_like_tag
        return [
            number
            for (number, columns), tag in zip(self.rows, last, strict=True)
            if not (FEWEST_COLUMNS <= len(columns) <= MOST_COLUMNS and is_tag(tag))
        ]

    def has_labels(self) -> bool:
        """Tell whether each line is a token with a label: all have the same columns, the last a label or ``O``."""
        if not self._has_token_rows() or self.counts_words():
            return False
        last = [columns[-1] for _, columns in self.rows]
        outside = sum(column in {"O", "o", "0"} for column in last)
        least = 0.2 if self.tabs else 0.3
        return outside >= least * len(last) and all(map(_PLAIN_LABEL.match, last)) and not self._are_numbers(last)

    def may_end_in_labels(self) -> bool:
        """Tell whether each line may be a token with a tag, or with one of few labels in capitals."""
        if not self._has_token_rows():
            return False
        last = [columns[-1] for _, columns in self.rows]
        if all(map(looks_like_tag, last)):
            return True
        capitals = sum(map(is_capital, (columns[0] for _, columns in self.rows)))
        marks = sum(not any(map(str.isalnum, column)) for column in last)
        labels = sum(map(is_capital, last))
        if capitals >= labels / 2 or labels + marks < len(last) or self._are_numbers(last):
            return False
        return len(last) <= 3 or len(set(last)) <= len(last) / 2

    def _has_token_rows(self) -> bool:
        """Tell whether all lines have the same 2 to 5 columns, of which the first is seldom a phrase."""
        if not FEWEST_COLUMNS <= self.width <= MOST_COLUMNS or self.odd_widths:
            return False
        return sum(" " in columns[0] for _, columns in self.rows) <= len(self.rows) / 2

    def counts_words(self) -> bool:
        """Tell whether the first column counts the words of each block: 1, 2, 3."""
        counted = [columns[0] == str(k + 1) for block in self.blocks for k, (_, columns) in enumerate(block)]
        numbers = sum(bool(_NUMBER.match(columns[0])) for _, columns in self.rows)
        return len(counted) > 2 and self.width > 2 and numbers >= MOSTLY * len(counted) and sum(counted) > 2

    def _are_numbers(self, last: Sequence[str]) -> bool:
        """Tell whether the last column holds numbers alone, or the first one mostly numbers."""
        numbers = sum(columns[0].isdecimal() for _, columns in self.rows)
        return all(map(str.isdecimal, last)) or numbers > len(last) / 2

    def is_even(self) -> bool:
        """Tell whether most lines have the same number of columns, and at least two."""
        return self.width >= FEWEST_COLUMNS and len(self.rows) - len(self.odd_widths) >= MOSTLY * len(self.rows)
