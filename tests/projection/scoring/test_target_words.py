"""Comparing a name with all words of a target at once says what comparing it with each says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.scoring.name_similarity import name_similarity, romanised
from silverner.projection.scoring.target_words import TargetWords, target_words

WORD = st.one_of(
    st.text(alphabet="abABéß-1", max_size=8),
    st.text(alphabet="абАБa", max_size=6),
    st.sampled_from(["Korea", "Nordkorea", "yeKorea", "Корея", "韩国", "Kore", "KOREA", "korea", "", ".", "١"]),
)


@given(WORD, st.lists(WORD, max_size=8))
def test_all_at_once_is_each_in_turn(word: str, target: list[str]) -> None:
    assert TargetWords(target).similarities(word) == [name_similarity(word, token) for token in target]


@given(WORD, st.lists(WORD, max_size=8))
def test_a_word_begins_with_tokens_that_have_letters(word: str, target: list[str]) -> None:
    letters = romanised(word)
    expected = [j for j, token in enumerate(target) if romanised(token) and letters.startswith(romanised(token))]
    assert TargetWords(target).beginnings_of(letters) == expected


def test_a_target_is_made_ready_once() -> None:
    tokens = ("en", "Kenia")
    assert target_words(tokens) is target_words(("en", "Kenia"))
    assert target_words(tokens).romanised == ["en", "kenia"]
