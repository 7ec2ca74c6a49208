from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.errors import DataError
from silverner.projection.links import SYMMETRISATIONS, Link, check_links, format_pharaoh, parse_pharaoh, symmetrise
from tests.projection.oracles import literal_gdfa

SIZE = 6
POINTS = st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1))
SETS = st.sets(POINTS, max_size=14)


def weighted(points: set[tuple[int, int]]) -> list[Link]:
    return [(i, j, 1.0) for i, j in points]


def bare(links: list[Link]) -> set[tuple[int, int]]:
    return {(i, j) for i, j, _ in links}


@pytest.mark.parametrize(
    ("line", "links"),
    [
        ("", []),
        ("  \n", []),
        ("0-0 1-2\n", [(0, 0, 1.0), (1, 2, 1.0)]),
        ("3-4:0.87 0-0", [(3, 4, 0.87), (0, 0, 1.0)]),
        ("1-2:0 1-3:1 1-4:1e-3", [(1, 2, 0.0), (1, 3, 1.0), (1, 4, 0.001)]),
        ("10-200\t7-8:.5", [(10, 200, 1.0), (7, 8, 0.5)]),
    ],
)
def test_pharaoh_lines_are_read_as_they_stand(line: str, links: list[Link]) -> None:
    assert parse_pharaoh(line) == links


@pytest.mark.parametrize(
    "item",
    [
        "3",
        "3-",
        "-4",
        "a-b",
        "1-2:1.5",
        "1-2:-0.5",
        "-1-2",
        "1--2",
        "1-2-3",
        "1-2:",
        "1-2:e",
        "1-2:0.5:0.5",
        "1-2:nan",
        "1-2:inf",
        "1-2:-inf",
        "1-2:1e999",
        "1.0-2",
        "1_0-2",
        "+1-2",
        "1,2",
        "٣-٤",
        "1-２",
        "²-1",
        "1–2",
    ],
)
def test_what_is_no_link_is_refused_with_its_place_and_text(item: str) -> None:
    message = f"corpus.fwd, line 7: {item!r} is not a link; write source-target, as in 3-4 or 3-4:0.87"
    with pytest.raises(DataError, match=re.escape(message)):
        parse_pharaoh(f"0-0 {item} 1-1", where="corpus.fwd, line 7")


def test_a_number_too_long_for_an_index_is_refused_like_any_other_text() -> None:
    with pytest.raises(DataError, match="is not a link"):
        parse_pharaoh("9" * 5000 + "-0")


@settings(deadline=None, max_examples=100)
@given(st.sets(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=20))
def test_pharaoh_lines_survive_writing_and_reading(points: set[tuple[int, int]]) -> None:
    assert parse_pharaoh(format_pharaoh(weighted(points))) == [(i, j, 1.0) for i, j in sorted(points)]


def test_links_are_written_once_sorted_by_number_and_without_weights() -> None:
    assert format_pharaoh([(10, 0, 0.5), (9, 3, 1.0), (9, 1, 0.2), (9, 1, 0.7)]) == "9-1 9-3 10-0"
    assert format_pharaoh([]) == ""


@pytest.mark.parametrize("link", [(3, 0), (0, 2), (-1, 0), (0, -1), (3, 2)])
def test_a_link_out_of_range_is_refused_with_both_lengths(link: tuple[int, int]) -> None:
    message = rf"pair 5: link {link[0]}-{link[1]} is out of range: the source has 3 tokens and the target 2, "
    with pytest.raises(DataError, match=message):
        check_links([(0, 0, 1.0), (*link, 1.0)], 3, 2, where="pair 5")


def test_links_to_the_last_tokens_are_in_range() -> None:
    check_links([(2, 1, 1.0), (0, 0, 1.0)], 3, 2, where="pair 5")


@pytest.mark.parametrize(
    ("how", "links"),
    [
        ("forward", [(0, 0, 0.8), (1, 1, 0.4)]),
        ("reverse", [(0, 0, 0.6), (2, 1, 1.0)]),
        ("intersection", [(0, 0, 0.7)]),
        ("union", [(0, 0, 0.7), (1, 1, 0.2), (2, 1, 0.5)]),
        ("gdfa", [(0, 0, 0.7), (1, 1, 0.2), (2, 1, 0.5)]),
    ],
)
def test_a_link_keeps_the_mean_weight_where_two_directions_are_joined(how: str, links: list[Link]) -> None:
    got = symmetrise([(1, 1, 0.4), (0, 0, 0.8)], [(2, 1, 1.0), (0, 0, 0.6)], how)
    assert [(i, j) for i, j, _ in got] == [(i, j) for i, j, _ in links]
    assert [w for _, _, w in got] == pytest.approx([w for _, _, w in links])


@pytest.mark.parametrize(
    ("there", "back", "joined"),
    [
        # 1-1 grows, 3-3 between two free words comes last, 0-3 shares a word and never comes
        ({(0, 0), (1, 1), (3, 3), (0, 3)}, {(0, 0)}, {(0, 0), (1, 1), (3, 3)}),
        # diagonal growth needs only one free word: 0-1 has a free target
        ({(0, 0), (0, 1)}, {(0, 0)}, {(0, 0), (0, 1)}),
        # both words taken: 0-1 closes a square and is left out
        ({(0, 0), (1, 1), (0, 1)}, {(0, 0), (1, 1)}, {(0, 0), (1, 1)}),
        # nothing agreed: the forward run goes first
        ({(0, 0)}, {(0, 1), (1, 1)}, {(0, 0), (1, 1)}),
        (set(), {(2, 2)}, {(2, 2)}),
        (set(), set(), set()),
    ],
)
def test_grow_diag_final_and_by_hand(
    there: set[tuple[int, int]], back: set[tuple[int, int]], joined: set[tuple[int, int]]
) -> None:
    assert bare(symmetrise(weighted(there), weighted(back), "gdfa")) == joined


def test_grow_diag_final_and_expands_a_link_grown_in_the_same_sweep() -> None:
    # agreed: 0-0 and 3-2. From 0-0 the sweep adds 1-1, and from 1-1 it adds 2-0, before 3-2 gives word 2 the link 2-3
    there, back = {(0, 0), (2, 0), (3, 0), (3, 2)}, {(0, 0), (1, 1), (2, 3), (3, 2)}
    joined = {(0, 0), (1, 1), (2, 0), (2, 3), (3, 2)}
    assert literal_gdfa(there, back, 4) == joined
    assert bare(symmetrise(weighted(there), weighted(back), "gdfa")) == joined


def test_grow_diag_final_and_follows_the_published_pseudo_code() -> None:
    rng = random.Random(3)
    for _ in range(1500):
        density = rng.choice((0.1, 0.25, 0.4))
        there, back = (
            {(i, j) for i in range(SIZE) for j in range(SIZE) if rng.random() < density} for _ in ("there", "back")
        )
        got = bare(symmetrise(weighted(there), weighted(back), "gdfa"))
        assert got == literal_gdfa(there, back, SIZE), (there, back)


@settings(deadline=None, max_examples=150)
@given(SETS, SETS)
def test_the_symmetrisations_contain_each_other(there: set[tuple[int, int]], back: set[tuple[int, int]]) -> None:
    got = {how: bare(symmetrise(weighted(there), weighted(back), how)) for how in SYMMETRISATIONS}
    assert got["intersection"] == there & back
    assert got["union"] == there | back
    assert got["forward"] == there
    assert got["reverse"] == back
    assert got["intersection"] <= got["gdfa"] <= got["union"]


@settings(deadline=None, max_examples=100)
@given(SETS, SETS, st.randoms(use_true_random=False), st.sampled_from(SYMMETRISATIONS))
def test_the_order_of_the_links_does_not_matter(
    there: set[tuple[int, int]], back: set[tuple[int, int]], rng: random.Random, how: str
) -> None:
    forward, reverse = weighted(there), weighted(back)
    first = symmetrise(forward, reverse, how)
    rng.shuffle(forward)
    rng.shuffle(reverse)
    assert symmetrise(forward, reverse, how) == first == sorted(first)


@settings(deadline=None, max_examples=100)
@given(SETS, st.sampled_from(SYMMETRISATIONS))
def test_two_equal_directions_join_to_themselves(points: set[tuple[int, int]], how: str) -> None:
    assert symmetrise(weighted(points), weighted(points), how) == sorted(weighted(points))


def test_an_unknown_symmetrisation_is_refused_with_the_allowed_names() -> None:
    with pytest.raises(DataError, match="unknown symmetrisation 'grow'; allowed: gdfa, intersection, union, forward"):
        symmetrise([], [], "grow")
