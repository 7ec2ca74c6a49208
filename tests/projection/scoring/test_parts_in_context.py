from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.projector import project
from silverner.projection.scoring.fused import fused
from silverner.projection.scoring.parts.acronym import spelt_out
from silverner.projection.scoring.parts.bracket import bracket_pairs, bracketed
from silverner.projection.scoring.parts.bridge import bridged
from silverner.projection.scoring.parts.dot import joined_by_dots
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.scoring.weights import PartWeights
from silverner.projection.spans import Span


def every(rows: list[list[float]]) -> np.ndarray:
    return np.ones_like(np.array(rows), dtype=bool)


@pytest.mark.parametrize(
    ("target", "row", "expected"),
    [
        ("罗丝 · 韦凯萨 说", [0, 0, 1, 0], [0.75, 0.75, 1, 0]),
        ("罗丝 · 韦凯萨 说", [1, 0, 0, 0], [1, 0.75, 0.75, 0]),
        ("チャン ・ ティ ・ マイ", [0, 0, 1, 0, 0], [0.75, 0.75, 1, 0.75, 0.75]),
        ("罗丝 · 韦凯萨 说", [0, 0, 0.5, 0], [0, 0, 0.5, 0]),  # too unsure to hand on
        ("罗丝 - 韦凯萨 说", [0, 0, 1, 0], [0, 0, 1, 0]),  # a hyphen joins other words as well
        ("· 韦凯萨 说", [0, 1, 0], [0, 1, 0]),
        ("说 韦凯萨 ·", [0, 1, 0], [0, 1, 0]),
    ],
)
def test_a_middle_dot_joins_the_parts_of_a_name(target: str, row: list[float], expected: list[float]) -> None:
    got = joined_by_dots(np.array([row], dtype=float), every([row]), target.split(), 0.75)
    assert got.tolist() == [expected]


def test_a_dot_does_not_join_what_something_else_claims() -> None:
    target = ["日本", "・", "中国"]
    rows = [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    assert joined_by_dots(np.array(rows), every(rows), target, 0.75).tolist() == rows, "another entity has more of it"
    free = np.array([[True, True, False]])
    assert joined_by_dots(np.array(rows[:1]), free, target, 0.75).tolist() == rows[:1], "a word outside is linked to it"


def test_a_surname_is_projected_onto_the_full_name_of_the_target() -> None:
    result = project(["Wekesa", "spoke"], ["B-PER", "O"], ["罗丝", "·", "韦凯萨", "说"], [(0, 2), (1, 3)])
    assert result.tags == ["B-PER", "I-PER", "I-PER", "O"]


def test_no_candidate_begins_or_ends_with_a_dot() -> None:
    links = [(0, 0), (1, 1)]
    assert project(["Ana", "Ruiz"], ["B-PER", "I-PER"], ["安娜", "·"], links).tags == ["B-PER", "O"]
    plain = project(["Ana", "Ruiz"], ["B-PER", "I-PER"], ["安娜", "·"], links, score="dice")
    assert plain.tags == ["B-PER", "I-PER"], "the published score knows no dots"


@pytest.mark.parametrize(
    ("free", "rows", "expected"),
    [
        ("110", [[0, 1, 0]], [[0.75, 1, 0]]),
        ("111", [[0, 1, 0]], [[0.75, 1, 0.75]]),
        ("010", [[0, 1, 0]], [[0, 1, 0]]),
        ("110", [[0, 0.7, 0]], [[0, 0.7, 0]]),  # too unsure
        ("110", [[0.9, 1, 0]], [[0.9, 1, 0]]),  # there is more already
        ("111", [[0, 1, 0], [0.5, 0, 0]], [[0, 1, 0.75], [0.5, 0, 0]]),  # another entity has more of it
        ("111", [[1, 0, 0]], [[1, 0.75, 0]]),
    ],
)
def test_what_stands_beside_an_acronym_spelt_out_comes_with_it(
    free: str, rows: list[list[float]], expected: list[list[float]]
) -> None:
    mask = np.array([[char == "1" for char in free]] * len(rows))
    assert spelt_out(np.array(rows, dtype=float), [0], mask, 0.75).tolist() == expected


def acronym(source: str, target: str, links: list[tuple[int, int, float]], **weights: float) -> list[list[float]]:
    given = SentencePair(
        source=source.split(), target=target.split(), links=links, forward=links, reverse=links,
        entities=[Span(0, 1, "LOC")],
    )  # fmt: skip
    return [[round(float(x), 2) for x in row] for row in fused(given, PartWeights.of(weights))]


def test_only_an_acronym_that_stays_none_is_spelt_out() -> None:
    there = [(0, 2, 1.0)]
    assert acronym("UK left", "das Vereinigte Königreich geht", there) == [[0.0, 0.75, 1.0, 0.0]]
    assert acronym("U.K. left", "das Vereinigte Königreich geht", there) == [[0.0, 0.75, 1.0, 0.0]]
    assert acronym("UK left", "das Vereinigte Königreich geht", there, acronym=0) == [[0.0, 0.0, 1.0, 0.0]]
    assert acronym("Britain left", "das Vereinigte Königreich geht", there) == [[0.0, 0.0, 1.0, 0.0]]
    assert acronym("EU left", "die Große EU geht", there) == [[0.0, 0.0, 1.25, 0.0]], "it stands there itself"
    assert acronym("UK left", "das vereinigte Königreich geht", there) == [[0.0, 0.0, 1.0, 0.0]]
    assert acronym("UK May left", "das Mai Königreich geht", [*there, (1, 1, 1.0)]) == [[0.0, 0.0, 1.0, 0.0]]
    assert acronym("UK left", "这 联合 王国 走", there) == [[0.0, 0.0, 1.0, 0.0]], "no case that says something"


def test_a_name_of_several_words_says_itself_how_long_it_is() -> None:
    links = [(0, 0), (1, 1)]
    result = project(["UK", "Parliament"], ["B-ORG", "I-ORG"], ["London", "Parlament", "Montag"], links)
    assert result.tags == ["B-ORG", "I-ORG", "O"]


@pytest.mark.parametrize(
    ("row", "free", "expected"),
    [
        ([1, 0, 1], "111", [1, 0.2, 1]),
        ([1, 0, 0, 0, 1], "11111", [1, 0.2, 0.2, 0.2, 1]),
        ([1, 0, 0, 0, 0, 1], "111111", [1, 0, 0, 0, 0, 1]),  # too long
        ([1, 0, 0, 1], "1101", [1, 0, 0, 1]),
        ([0.2, 0, 1], "111", [0.2, 0, 1]),  # no more than a bridge itself
        ([1, 0.1, 1], "111", [1, 0.2, 1]),
    ],
)
def test_a_bridge_spans_what_nothing_claims(row: list[float], free: str, expected: list[float]) -> None:
    got = bridged(np.array([row], dtype=float), np.array([[char == "1" for char in free]]), 0.2)
    assert got.tolist() == [expected]


@pytest.mark.parametrize(
    ("name", "target", "row", "expected"),
    [
        ("Committee ( CEN )", "Komitee ( CEN )", [1, 0, 1, 0], [1, 0, 1, 0.75]),
        ("Committee \\( CEN \\)", "Komitee [ CEN ]", [1, 0, 1, 0], [1, 0, 1, 0.75]),
        ("委员会 （ CEN ）", "Komitee ( CEN )", [1, 0, 1, 0], [1, 0, 1, 0.75]),
        ("Committee ( CEN )", "Komitee ( CEN )", [1, 0, 0, 0], [1, 0, 0, 0]),  # nothing of the name inside
        ("Committee ( CEN )", "Komitee ( CEN )", [0, 0, 1, 0], [0, 0, 1, 0]),  # or before
        ("Committee CEN", "Komitee ( CEN )", [1, 0, 1, 0], [1, 0, 1, 0]),  # the name has none
        ("Committee ( CEN )", "Komitee CEN )", [1, 1, 0], [1, 1, 0]),  # closes nothing
    ],
)
def test_a_bracket_within_a_name_is_closed(name: str, target: str, row: list[float], expected: list[float]) -> None:
    got = bracketed(np.array([row], dtype=float), [name.split()], target.split(), 0.75)
    assert got.tolist() == [expected]


@given(st.text(alphabet="()[]ab \\", max_size=12))
def test_brackets_nest_and_are_used_once(text: str) -> None:
    found = bracket_pairs(list(text))
    places = [place for pair in found for place in pair]
    assert len(places) == len(set(places))
    assert all(a < b for a, b in found)
    assert all(not (a < c < b < d) for a, b in found for c, d in found)


@given(
    st.lists(st.lists(st.sampled_from([0.0, 0.2, 0.75, 1.25]), min_size=5, max_size=5), min_size=1, max_size=3),
    st.lists(st.sampled_from(["Ana", "·", "(", ")", "de"]), min_size=5, max_size=5),
    st.sampled_from([0.0, 0.2, 0.75]),
)
def test_nothing_is_taken_away_and_a_weight_of_nothing_changes_nothing(
    rows: list[list[float]], target: list[str], weight: float
) -> None:
    before = np.array(rows)
    given_rows, free, names = before.copy(), every(rows), [target] * len(rows)
    for after in (
        spelt_out(before, range(len(rows)), free, weight),
        joined_by_dots(before, free, target, weight),
        bridged(before, free, weight),
        bracketed(before, names, target, weight),
    ):
        assert (after >= before).all()
        assert weight or (after == before).all()
        assert (before == given_rows).all(), "the input stays as it is"
