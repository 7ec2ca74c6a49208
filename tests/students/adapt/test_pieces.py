"""The choice of word pieces, worked out by hand and against a count of every word of the text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer, BertTokenizer

from silverner.projection.errors import DataError
from silverner.students.adapt.pieces import choose_pieces, learn_vocabulary
from silverner.students.adapt.tokenizer_content import add_pieces, unused_names

LATIN = ["a", "b", "c", "##a", "##b", "##c", "ab", "##bc"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def tokenizer_with(pieces: Sequence[str], *, unused: Sequence[int] = ()) -> Any:
    names = [*SPECIAL[:1], *(f"[unused{k}]" for k in unused), *SPECIAL[1:], *pieces]
    return BertTokenizer(vocab={name: k for k, name in enumerate(names)}, do_lower_case=False)


def segmented(word: str, vocabulary: Mapping[str, int]) -> list[str]:
    """Split a word by taking the longest piece first, without a library."""
    pieces: list[str] = []
    start = 0
    while start < len(word):
        marks = ("##" if start else "") + word[start:]
        piece = next((marks[:end] for end in range(len(marks), 2 * bool(start), -1) if marks[:end] in vocabulary), None)
        if piece is None:
            return ["[UNK]"]
        pieces.append(piece)
        start += len(piece) - 2 * bool(start)
    return pieces


def counted(
    old: Mapping[str, int], new: Mapping[str, int], sentences: Sequence[Sequence[str]], limit: int
) -> list[str]:
    """Choose as the paper says, one word of the text after the other."""
    unknown_words, all_words = [], []
    for word in (word for sentence in sentences for word in sentence):
        before, after = segmented(word, old), segmented(word, new)
        all_words += after
        if before.count("[UNK]") > after.count("[UNK]"):
            unknown_words += [piece for piece in after if piece not in before]
    choice: list[str] = []
    for pieces in (unknown_words, all_words):
        counts = Counter(piece for piece in pieces if piece not in old)
        for piece, _ in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
            if piece not in choice and len(choice) < limit:
                choice.append(piece)
    return choice


TEXT = [["жи"]] * 6 + [["жа", "жа"]] * 3 + [["ab", "cab"]] * 7 + [["ж"]] * 5 + [["ac"]] * 4
"""The words жи, жа (6 each) and ж (5) are unknown; ab (7) is a piece, and cab (7) is known in several."""


@pytest.mark.parametrize(
    ("limit", "pieces", "against_unknown"),
    [
        (1, ("жа",), 1),  # as frequent as жи, and before it by code point
        (2, ("жа", "жи"), 2),
        (3, ("жа", "жи", "ж"), 3),
        (4, ("жа", "жи", "ж", "cab"), 3),
        (99, ("жа", "жи", "ж", "cab"), 3),  # ac is not learnt: it is there 4 times, and 5 are needed
    ],
)
def test_the_choice_worked_out_by_hand(limit: int, pieces: tuple[str, ...], against_unknown: int) -> None:
    choice = choose_pieces(tokenizer_with(LATIN), TEXT, limit=limit)
    assert (choice.pieces, choice.against_unknown) == (pieces, against_unknown)


words = st.text(alphabet="abcdжи", min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(words, min_size=1, max_size=8), min_size=1, max_size=12), st.integers(1, 12))
def test_the_choice_is_that_of_a_count_of_every_word(sentences: list[list[str]], limit: int) -> None:
    tokenizer = tokenizer_with([*LATIN, "d", "##d"])  # every Latin character goes on, so that no piece does harm
    state = json.loads(tokenizer.backend_tokenizer.to_str())
    sentences *= 2
    new = learn_vocabulary(state, Counter(word for sentence in sentences for word in sentence), pieces=5000)
    expected = counted(state["model"]["vocab"], new, sentences, limit)
    assert list(choose_pieces(tokenizer, sentences, limit=limit).pieces) == expected
    assert choose_pieces(tokenizer, sentences[::-1], limit=limit).pieces == tuple(expected)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(words, min_size=1, max_size=8), min_size=1, max_size=12))
def test_no_word_that_could_be_split_becomes_unknown(sentences: list[list[str]]) -> None:
    tokenizer = tokenizer_with(["a", "b", "##bc", "##ж", "##bcd", "##a"])
    changed, _ = add_pieces(tokenizer, choose_pieces(tokenizer, sentences * 5, limit=99).pieces)
    for word in {word for sentence in sentences for word in sentence}:
        if tokenizer.tokenize(word) != ["[UNK]"]:
            assert changed.tokenize(word) != ["[UNK]"]


def test_a_piece_that_would_make_a_word_unknown_is_left_out() -> None:
    tokenizer = tokenizer_with(["a", "##bc", "ж"])
    text = [["ab"]] * 9 + [["abc"]] * 3 + [["жи"]] * 5
    assert choose_pieces(tokenizer, text).pieces == ("ab", "жи", "##c")
    choice = choose_pieces(tokenizer, text, limit=2)
    assert choice.pieces == ("жи",)  # with ab, abc would be split into ab and ##c, for which there is no room
    assert tokenizer.tokenize("abc") == add_pieces(tokenizer, choice.pieces)[0].tokenize("abc") == ["a", "##bc"]


def test_the_learnt_vocabulary_does_not_depend_on_the_order_of_the_text() -> None:
    words = Counter({f"{first}{second}{second}{first}": 5 for first in "abcdefgh" for second in "жиклмноп"})
    state = json.loads(tokenizer_with(LATIN).backend_tokenizer.to_str())
    once = learn_vocabulary(state, words, pieces=5000)
    assert list(once.items()) == list(
        learn_vocabulary(state, Counter(dict(reversed(words.items()))), pieces=5000).items()
    )
    assert len(once) > 150


def test_words_are_prepared_as_the_model_prepares_them() -> None:
    names = [*SPECIAL, "a", "##a"]
    uncased = BertTokenizer(vocab={name: k for k, name in enumerate(names)}, do_lower_case=True)
    text = [["Жи-ЖИ", "[MASK]"]] * 5  # the hyphen and the brackets are words of their own, and nothing is special
    assert choose_pieces(uncased, text).pieces == ("жи", "-", "[", "]", "mask")


def test_a_text_without_words_is_refused() -> None:
    with pytest.raises(DataError, match="the text has no word; no pieces can be chosen from it"):
        choose_pieces(tokenizer_with(LATIN), [["\u2003"], []])


def test_pieces_are_written_over_unused_ids_by_their_names(tmp_path: Path) -> None:
    tokenizer = tokenizer_with(LATIN, unused=(10, 2, 7))
    assert unused_names(tokenizer) == ["[unused2]", "[unused7]", "[unused10]"]
    changed, ids = add_pieces(tokenizer, ["жи", "##жа"])
    assert ids == [2, 3]
    assert unused_names(changed) == ["[unused10]"]
    changed.save_pretrained(tmp_path)
    for reread in (changed, AutoTokenizer.from_pretrained(tmp_path)):
        assert reread.convert_tokens_to_ids(["[unused10]", "жи", "##жа", "[UNK]", "[MASK]", "ab"]) == [
            1,
            2,
            3,
            4,
            7,
            14,
        ]
        assert reread.tokenize("abжа жи abж [MASK]") == ["ab", "##жа", "жи", "[UNK]", "[MASK]"]
        assert reread.decode(reread("abжа жи")["input_ids"], skip_special_tokens=True) == "abжа жи"
        assert len(reread) == len(tokenizer) == 16
    assert tokenizer.tokenize("жи") == ["[UNK]"]


def test_pieces_without_an_unused_id_come_behind_the_last() -> None:
    tokenizer = tokenizer_with(LATIN, unused=(1,))
    changed, ids = add_pieces(tokenizer, ["жи", "##жа", "##жи"])
    assert ids == [1, len(tokenizer), len(tokenizer) + 1]
    assert changed.convert_tokens_to_ids(["жи", "##жа", "##жи"]) == ids


def test_no_unknown_word_is_left_in_the_text() -> None:
    text = [line.split() for line in ("Ана живёт в Киеве .", "Киев живёт !", "Анна , Ана")]
    tokenizer = tokenizer_with([*LATIN, "."], unused=range(1, 40))
    assert tokenizer.tokenize(" ".join(text[0])) == ["[UNK]"] * 4 + ["."]
    changed, ids = add_pieces(tokenizer, choose_pieces(tokenizer, text, limit=39).pieces)
    assert max(ids) < len(tokenizer)
    assert not any("[UNK]" in changed.tokenize(" ".join(sentence)) for sentence in text)
