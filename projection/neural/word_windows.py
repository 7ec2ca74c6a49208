"""Cuts sentences into overlapping windows of whole words, and puts the entities of the windows together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from silverner.projection.spans import Span

S = TypeVar("S", bound=Span)


def word_windows(costs: Sequence[int], *, room: int, most: int, overlap: int) -> list[tuple[int, int]]:
    """Cut a sentence into windows of words.

    :param costs: Subwords of every word.
    :param room: Subwords that fit into a window; a longer word is a window of its own.
    :param most: Words that fit into a window.
    :param overlap: Words that two windows share, at most half of the first one.
    :returns: Half-open ranges from left to right; none for an empty sentence.

    >>> word_windows([1, 1, 1, 1, 1], room=3, most=9, overlap=1)
    [(0, 3), (2, 5)]
    """
    windows: list[tuple[int, int]] = []
    start = 0
    while start < len(costs):
        end, subwords = start + 1, costs[start]
        while end < len(costs) and end - start < most and subwords + costs[end] <= room:
            subwords += costs[end]
            end += 1
        windows.append((start, end))
        if end == len(costs):
            break
        start = max(end - min(overlap, (end - start) // 2), start + 1)
        while start < end and sum(costs[start : end + 1]) > room:
            start += 1  # or the next window would end where this one does
    return windows


def joined(windows: Sequence[tuple[int, int]], spans: Sequence[Sequence[S]]) -> list[S]:
    """Put the spans of overlapping windows together; the middle of an overlap says which window a span is taken from.

    :param windows: The windows of one sentence, from left to right.
    :param spans: The spans of each, counted in words of the sentence.
    :returns: The spans that begin in the part of their window that is no other's.

    >>> joined([(0, 6), (2, 8)], [[Span(1, 2, "A"), Span(5, 6, "B")], [Span(3, 4, "C"), Span(5, 7, "D")]])
    [Span(start=1, end=2, label='A'), Span(start=5, end=7, label='D')]
    """
    middles = [(left[1] + right[0]) // 2 for left, right in pairwise(windows)]
    firsts = [0, *middles]
    ends = [*middles, windows[-1][1]] if windows else []
    return [
        span
        for first, end, of_window in zip(firsts, ends, spans, strict=False)
        for span in of_window
        if first <= span.start < end
    ]
