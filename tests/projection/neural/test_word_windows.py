"""Windows of whole words: nothing is left out, and every entity comes from the window that sees most around it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.neural.word_windows import joined, word_windows
from silverner.projection.spans import Span


@pytest.mark.parametrize(
    ("costs", "room", "most", "overlap", "expected"),
    [
        ([], 5, 5, 2, []),
        ([1, 1, 1], 5, 5, 2, [(0, 3)]),
        ([1] * 7, 4, 9, 2, [(0, 4), (2, 6), (4, 7)]),
        ([1] * 7, 9, 4, 2, [(0, 4), (2, 6), (4, 7)]),
        ([3, 3, 3], 4, 9, 2, [(0, 1), (1, 2), (2, 3)]),
        ([1, 99, 1], 4, 9, 2, [(0, 1), (1, 2), (2, 3)]),
    ],
)
def test_a_sentence_is_cut_into_windows(
    costs: list[int], room: int, most: int, overlap: int, expected: list[tuple[int, int]]
) -> None:
    assert word_windows(costs, room=room, most=most, overlap=overlap) == expected


@given(st.lists(st.integers(1, 9), max_size=60), st.integers(1, 20), st.integers(1, 12), st.integers(0, 12))
def test_windows_cover_every_word_and_fit(costs: list[int], room: int, most: int, overlap: int) -> None:
    windows = word_windows(costs, room=room, most=most, overlap=overlap)
    assert {k for start, end in windows for k in range(start, end)} == set(range(len(costs)))
    for start, end in windows:
        assert end - start == 1 or (sum(costs[start:end]) <= room and end - start <= most)
    for left, right in pairwise(windows):
        assert left[0] < right[0] <= left[1] < right[1]
    # A span that every window finds that holds it is there once, if some window holds it and what follows the middle.
    spans = [[Span(k, k + 1, "X") for k in range(*window)] for window in windows]
    assert joined(windows, spans) == [Span(k, k + 1, "X") for k in range(len(costs))]
