from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.alignment import ALIGNERS, AlignedPair, AlignerSettings
from silverner.projection.alignment.combination import check_members, combine, member_names
from silverner.projection.errors import UsageError
from silverner.projection.links import Link

PLACES = st.tuples(st.integers(0, 3), st.integers(0, 3))
LINKS = st.dictionaries(PLACES, st.floats(0, 1), max_size=10).map(
    lambda weights: [(i, j, weight) for (i, j), weight in weights.items()]
)
STATISTICAL = st.builds(AlignedPair, LINKS, LINKS, st.none(), st.none())
SOFT = st.builds(AlignedPair, LINKS, LINKS, LINKS, LINKS)
ENCODER = LINKS.map(lambda links: AlignedPair(links, links))


def _places(links: list[Link]) -> set[tuple[int, int]]:
    return {(i, j) for i, j, _ in links}


def _pair(forward: str, reverse: str | None = None) -> AlignedPair:
    """Write a pair as letters: ``ab`` are the links of the words 0-0 and 1-1."""
    directions = [
        [(ord(letter) - 97, ord(letter) - 97, 1.0) for letter in letters]
        for letters in (forward, forward if reverse is None else reverse)
    ]
    return AlignedPair(*directions)


@pytest.mark.parametrize(
    ("pairs", "forward", "reverse"),
    [
        ([_pair("ab")], "ab", "ab"),
        ([_pair("abc", "bcd")], "abcd", "bc"),  # one aligner: the union and the intersection
        ([_pair("ab"), _pair("bc")], "abc", "b"),  # two encoders
        ([_pair("ab"), _pair("bcd", "ce")], "abc", "b"),  # an encoder and a statistical aligner
        ([_pair("abc"), _pair("bcd"), _pair("cde", "be")], "bcd", "bc"),
        ([_pair("a"), _pair("ab", "c"), _pair("abc", "ac")], "ac", "a"),
        ([_pair(""), _pair("")], "", ""),
    ],
)
def test_a_link_is_forward_with_half_of_the_votes_and_reverse_with_more(
    pairs: list[AlignedPair], forward: str, reverse: str
) -> None:
    assert combine(pairs) == _pair(forward, reverse)


def test_the_weight_is_the_mean_of_the_directions_that_have_the_link() -> None:
    encoder = AlignedPair([(0, 0, 0.5), (1, 1, 0.25)], [(0, 0, 0.5), (1, 1, 0.25)])
    statistical = AlignedPair([(0, 0, 1.0), (0, 0, 0.5)], [])  # of a link given twice the higher weight counts
    assert combine([encoder, statistical]) == AlignedPair([(0, 0, 2.0 / 3), (1, 1, 0.25)], [(0, 0, 2.0 / 3)])


@given(ENCODER, STATISTICAL)
def test_with_an_encoder_and_a_statistical_aligner_the_rule_is_the_one_of_sets(
    encoder: AlignedPair, statistical: AlignedPair
) -> None:
    combined = combine([encoder, statistical])
    one_way, forward, reverse = _places(encoder.forward), _places(statistical.forward), _places(statistical.reverse)
    assert _places(combined.forward) == one_way | (forward & reverse)
    assert _places(combined.reverse) == one_way & (forward | reverse)


@given(st.lists(STATISTICAL, min_size=1, max_size=4))
def test_votes_are_counted_whatever_the_order_of_the_aligners(pairs: list[AlignedPair]) -> None:
    votes = Counter(
        place for pair in pairs for direction in (pair.forward, pair.reverse) for place in _places(direction)
    )
    combined = combine(pairs)
    assert _places(combined.forward) == {place for place, count in votes.items() if 2 * count >= 2 * len(pairs)}
    assert _places(combined.reverse) == {place for place, count in votes.items() if 2 * count > 2 * len(pairs)}
    assert set(combined.reverse) <= set(combined.forward)
    assert all(0 <= weight <= 1 for _, _, weight in combined.forward)
    assert all(combine(order) == combined for order in permutations(pairs))


@given(st.lists(STATISTICAL | SOFT, min_size=1, max_size=4))
def test_the_probability_of_a_soft_link_is_its_mean_over_the_aligners_with_soft_links(pairs: list[AlignedPair]) -> None:
    combined = combine(pairs)
    soft = [pair.soft_forward for pair in pairs if pair.soft_forward is not None]
    assert [combined.soft_forward is None, combined.soft_reverse is None] == [not soft, not soft]
    means: dict[tuple[int, int], float] = {}
    for links in soft:
        for i, j, probability in links:
            means[i, j] = means.get((i, j), 0.0) + probability / len(soft)
    assert {(i, j): p for i, j, p in combined.soft_forward or ()} == pytest.approx(means)
    assert combine([AlignedPair(pair.forward, pair.reverse) for pair in pairs])[:2] == combined[:2]
    assert all(combine(order) == combined for order in permutations(pairs))


def test_a_second_aligner_of_an_engine_gets_a_number() -> None:
    assert member_names(["pharaoh", "simalign", "pharaoh", "pharaoh"]) == [
        "pharaoh",
        "simalign",
        "pharaoh-2",
        "pharaoh-3",
    ]


def _sections(*sections: dict[str, Any]) -> list[AlignerSettings]:
    return [ALIGNERS.get(section["engine"]).model_validate(section) for section in sections]


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ([], r"the list of aligners is empty; name one or more"),
        (
            [{"engine": "pharaoh", "forward": "x"}, {"engine": "eflomal"}, {"engine": "eflomal", "model": 3}],
            r"entries 2 and 3 of the list of aligners are equal \(eflomal\).* leave one out, or change its settings",
        ),
        (
            [{"engine": "eflomal", "symmetrise": "union"}, {"engine": "pharaoh", "forward": "x"}],
            r"symmetrise: the aligner 'eflomal' stands in a list.* leave 'symmetrise' out",
        ),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(sections: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check_members(_sections(*sections))


def test_one_aligner_chooses_how_its_directions_are_joined() -> None:
    check_members(_sections({"engine": "eflomal", "symmetrise": "union"}))
