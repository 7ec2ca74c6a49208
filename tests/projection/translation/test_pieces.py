from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from silverner.projection.translation.pieces import halves, join, pieces

LANGUAGES = st.sampled_from(["eng", "spa", "deu", "swh", "zho", "tha", "mya", "hin", "amh", "ara", "pcm", "bbj"])
ODD = st.text(st.sampled_from("aBé. !?,;:—\"')(1“”。，、។၊።\u0301\u200d\n\t\x1c\x85\u00a0\u2028\u3000ก็中"), max_size=40)
TEXTS = ODD | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def bare(text: str) -> str:
    return "".join(text.split())


@settings(deadline=None, max_examples=300)
@example("B\u00a0.", "eng", 9)  # sentencex 1.0.32 panics on it
@example("By J.\u3000Smith. B.\u00a0C", "eng", 99)
@given(TEXTS, LANGUAGES, st.integers(1, 12))
def test_nothing_is_lost_and_every_piece_fits(text: str, language: str, most: int) -> None:
    found = pieces(text, language, lambda piece: len(piece) <= most)
    assert bare("".join(found)) == bare(text)
    assert all(piece and piece == piece.strip() and len(piece) <= most for piece in found)


@settings(max_examples=300)
@given(TEXTS, LANGUAGES | st.none())
def test_halves_are_the_whole(text: str, language: str | None) -> None:
    parts = halves(text, language=language)
    if parts is None:
        assert len(text.strip()) < 2 or (language is not None and len(text.split()) == 1)
    else:
        assert all(part.strip() for part in parts)
        assert bare("".join(parts)) == bare(text)


@given(st.integers(0, 300), st.integers(1, 7))
def test_what_nothing_can_take_ends_in_characters(length: int, width: int) -> None:
    text = " ".join(["x" * width] * length)
    assert pieces(text, "eng", lambda piece: False) == ["x"] * (length * width)


@pytest.mark.parametrize(
    ("language", "text", "most", "expected"),
    [
        ("eng", "He left. She stayed! Why?", 99, ["He left.", "She stayed!", "Why?"]),
        ("eng", "Mr. Ban met Dr. Ana at 3.5 km.", 99, ["Mr. Ban met Dr. Ana at 3.5 km."]),
        ("eng", "one two, three four five six", 20, ["one two,", "three four five six"]),
        ("eng", "at 10:30, in a,b and c", 20, ["at 10:30,", "in a,b and c"]),
        ("eng", "one two three four", 10, ["one two", "three four"]),
        ("eng", "a internationalisation", 20, ["a", "internationalisation"]),
        ("eng", "internationalisation", 10, ["internatio", "nalisation"]),
        ("zho", "你好。再见。", 99, ["你好。", "再见。"]),
        ("zho", "我们去北京，他们去上海", 6, ["我们去北京，", "他们去上海"]),
        ("jpn", "東京に行きます。はい。", 99, ["東京に行きます。", "はい。"]),
        ("tha", "กรุงเทพมหานคร", 8, ["กรุงเท", "พมหานคร"]),
        ("hin", "वह आया। वह गया।", 99, ["वह आया।", "वह गया।"]),
        ("eng", " \n ", 1, []),
        ("eng", "", 1, []),
    ],
)
def test_where_a_text_is_cut(language: str, text: str, most: int, expected: list[str]) -> None:
    assert pieces(text, language, lambda piece: len(piece) <= most) == expected


def test_no_sign_is_torn_from_its_letter() -> None:
    assert halves("e\u0301e\u0301") == ("e\u0301", "e\u0301")
    assert halves("ae\u0301\u0301b") == ("a", "e\u0301\u0301b")
    assert halves("a\u0301\u0301") == ("a", "\u0301\u0301"), "what is nothing but one letter must still be cut"


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("one", "eng", None),
        ("one two", "eng", ("one", "two")),
        ("one", None, ("o", "ne")),
        ("ไทย", "tha", ("ไ", "ทย")),
        ("中国", "zho", ("中", "国")),
        ("中", "zho", None),
        ("한국", "kor", None),
        ("ខ្មែរ", "khm", ("ខ្មែ", "រ")),
        ("", "zho", None),
    ],
)
def test_words_are_cut_only_where_that_is_allowed(
    text: str, language: str | None, expected: tuple[str, str] | None
) -> None:
    assert halves(text, language=language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("spa", "a b"), ("zho", "ab"), ("jpn", "ab"), ("yue", "ab"), ("tha", "a b"), ("kor", "a b"), ("bod", "a b")],
)
def test_pieces_are_joined_as_the_language_writes(language: str, expected: str) -> None:
    assert join(["a", "", "b"], language) == expected
