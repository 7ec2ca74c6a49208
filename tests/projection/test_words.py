from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projection import words

LANGUAGES = ["eng", "swh", "spa", "fra"]


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("tokens", "language", "text"),
    [
        ([], "eng", ""),
        (["Hello", ",", "world", "!"], "eng", "Hello, world!"),
        (["L'", "eau", "est", "là", "."], "fra", "L'eau est là."),
        (["¿", "Qué", "?"], "spa", "¿Qué?"),
        (["AT", "&amp;", "T"], "eng", "AT &amp; T"),
        (["a\N{NO-BREAK SPACE}b"], "eng", "a b"),
    ],
)
def test_tokens_are_joined_as_a_person_types(tokens: list[str], language: str, text: str):
    assert words.join(tokens, language) == text


@pytest.mark.parametrize(
    ("text", "language", "tokens"),
    [
        ("", "spa", []),
        ("   ", "spa", []),
        ("Hola, mundo.", "spa", ["Hola", ",", "mundo", "."]),
        ("ng'ombe n'go ban'gom", "swh", ["ng'ombe", "n'go", "ban'gom"]),
        ("ng’ombe, «ng’ombe»", "swh", ["ng’ombe", ",", "«", "ng’ombe", "»"]),
        ("L'eau d'Ana", "fra", ["L'", "eau", "d'", "Ana"]),
        ("Ana's dog", "eng", ["Ana", "'s", "dog"]),
        ("<b> & [x] | y", "spa", ["<", "b", ">", "&", "[", "x", "]", "|", "y"]),
        ("wait...", "spa", ["wait", "..."]),
    ],
)
def test_text_is_split_into_words_and_punctuation(text: str, language: str, tokens: list[str]):
    assert words.split(text, language) == tokens


@pytest.mark.parametrize("text", ["a\u200bb", "THISISPROTECTED000 o'n", "x.. y... ....", "a@-@b"])
def test_tokens_are_the_text_without_its_spaces(text: str):
    assert "".join(words.split(text, "swh")) == bare(text)


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=st.text(st.one_of(st.sampled_from("ab'’ .,-@&\"()"), st.characters(blacklist_categories=("Cc", "Cs")))))
@settings(deadline=None, max_examples=100)
def test_tokens_are_the_text_without_its_spaces_whatever_the_text(text: str, language: str):
    tokens = words.split(text, language)
    assert "".join(map(bare, tokens)) == bare(text)
    assert all(map(bare, tokens))


@pytest.mark.parametrize("language", LANGUAGES)
@given(tokens=st.lists(st.text(st.sampled_from("ab'’.,-&\"()é¿#*"), min_size=1, max_size=4), max_size=8))
@settings(deadline=None, max_examples=100)
def test_joining_moves_spaces_only(tokens: list[str], language: str):
    assert bare(words.join(tokens, language)) == "".join(tokens)


def test_joining_keeps_every_token():
    assert bare(words.join(["a", "@-@", "b"], "eng")) == "a@-@b"


def test_a_character_the_rules_lose_does_not_move_evidence():
    text = "x\x01y b c"
    tokens = words.split(text, "spa")
    assert [tokens[k] for k in words.tokens_at(text, tokens, [4])] == ["b"]


@pytest.mark.parametrize(
    ("text", "tokens", "places", "expected"),
    [
        ("a bc d", ["a", "b", "c", "d"], [3, 5], [2, 3]),
        ("a bc d", ["a", "bc", "d"], [2, 3], [1]),
        ("a bc d", ["a", "bc", "d"], [5, 0], [0, 2]),
        ("a b", ["a", "b"], [1], []),
        ("a b", ["a", "b"], [9, -1], []),
        ("a b", ["a"], [2], []),
        ("a b c", ["a b", "c"], [2, 4], [0, 1]),
        ("", [], [0], []),
        ("a b", ["a", "b"], [], []),
    ],
)
def test_places_move_onto_tokens(text: str, tokens: list[str], places: list[int], expected: list[int]):
    assert words.tokens_at(text, tokens, places) == expected
