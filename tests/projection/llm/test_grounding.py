"""Only words that stand in a text become a span of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.llm.grounding import GroundedText, order_of_claims
from silverner.projection.text.tokenization import join

SENTENCE = ["Ana", "visits", "New", "York", "'s", "Ana", "Bar", "(", "New", "York", ")", "."]


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("Ana", [(0, 1), (5, 6), "no-free-place"]),
        ("New York", [(2, 4), (8, 10), "no-free-place"]),
        (" New  York\n", [(2, 4)]),
        ("New York's", [(2, 5)]),
        ("(New York)", [(7, 11)]),
        ("new york", ["not-in-text"]),
        ("NewYork", ["not-in-text"]),
        ("Anna", ["not-in-text"]),
        ("", ["not-in-text"]),
        (" ", ["not-in-text"]),
        ("An", ["part-of-a-word"]),
        ("na visits", ["part-of-a-word"]),
    ],
)
def test_words_are_found_where_they_stand(words: str, places: list[object]) -> None:
    sentence = GroundedText(SENTENCE, "eng")
    assert [sentence.take(words) for _ in places] == places


def test_words_without_spaces_are_found_at_the_tokens_of_the_corpus() -> None:
    sentence = GroundedText(["安", "娜", "在", "纽", "约", "。"], "zho")
    assert (sentence.text, sentence.take("纽约"), sentence.take("约。")) == ("安娜在纽约。", (3, 5), "no-free-place")


def test_places_that_overlap_are_taken_once() -> None:
    sentence = GroundedText(["a", "a", "a"], "eng")
    assert [sentence.take("a a"), sentence.take("a a"), sentence.take("a")] == [(0, 2), "no-free-place", (2, 3)]


def test_longer_mentions_come_first_and_equal_ones_as_they_were_listed() -> None:
    assert order_of_claims(["Rome", "New York City", "Bern", " New York "]) == [1, 3, 0, 2]


@given(st.lists(st.sampled_from(["a", "b", "ab", "b.", "-", "é", "e\u0301", "a b"]), max_size=8), st.data())
def test_a_span_is_what_was_named(tokens: list[str], data: st.DataObject) -> None:
    sentence = GroundedText(tokens, "spa")
    start = data.draw(st.integers(0, len(tokens)))
    words = data.draw(st.one_of(st.text("ab. é", max_size=4), st.just(join(tokens[start : start + 3], "spa"))))
    taken: set[int] = set()
    for _ in range(3):
        place = sentence.take(words)
        if isinstance(place, str):
            assert place != "not-in-text" or " ".join(words.split()) not in sentence.text or not words.strip()
        else:
            inside = set(range(*place))
            assert inside and not inside & taken
            taken |= inside
            named, found = "".join(words.split()), "".join("".join(tokens[slice(*place)]).split())
            assert named == found
