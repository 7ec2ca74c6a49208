from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.windows import longest_window, overlapping_ranges
from silverner.students.training.encoding import Encoding
from tests.taggers import write_tagger

FAMILIES = ("bert", "xlm-roberta", "roberta")  # WordPiece, SentencePiece, byte-level BPE
SENTENCE = ["Ana", "visits", "unbelievable", "York", "ng'ombe", "internacionalización", "."]


@pytest.fixture(scope="module", params=FAMILIES)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    folder = tmp_path_factory.mktemp(request.param)
    return Checkpoint(name=str(write_tagger(request.param, folder)))


def test_every_word_is_learnt_at_its_first_subword(checkpoint: Checkpoint) -> None:
    tokenizer = checkpoint.tokenizer()
    (window,) = Encoding(tokenizer, checkpoint.config()).encode([SENTENCE])
    whole = tokenizer([SENTENCE], is_split_into_words=True)
    assert list(window.ids) == whole["input_ids"][0]
    owners = whole.word_ids(0)
    assert window.words == tuple(range(len(SENTENCE)))
    assert list(window.positions) == [owners.index(word) for word in window.words]
    assert len(window.ids) > len(SENTENCE) + 2  # some word has several subwords, or the test would say nothing


def test_a_word_without_subwords_is_learnt_nowhere(checkpoint: Checkpoint) -> None:
    tokenizer = checkpoint.tokenizer()
    empty = next(w for w in ("\u200b", "\u0301", "\x00", "\u200e", "") if not _pieces(tokenizer, w))
    (window,) = Encoding(tokenizer, checkpoint.config()).encode([["Ana", empty, "York"]])
    assert window.words == (0, 2)


def _pieces(tokenizer: object, word: str) -> list[int]:
    from silverner.projection.neural.subwords import Subwords

    return Subwords(tokenizer).of_words([word])[0]


def test_a_sentence_without_any_subword_and_an_empty_one_make_no_window(checkpoint: Checkpoint) -> None:
    assert Encoding(checkpoint.tokenizer(), checkpoint.config()).encode([[], [""]]) == []


def test_in_a_long_sentence_every_word_is_learnt_once_and_with_context(checkpoint: Checkpoint) -> None:
    tokenizer, config = checkpoint.tokenizer(), checkpoint.config()
    sentence = SENTENCE * 90
    windows = Encoding(tokenizer, config).encode([["Ana"], sentence])
    assert windows[0].sentence == 0
    long = windows[1:]
    assert len(long) > 1
    limit = longest_window(tokenizer, config)
    assert max(len(window.ids) for window in long) <= limit
    assert sorted(word for window in long for word in window.words) == list(range(len(sentence)))
    for window in long:
        for word, place in zip(window.words, window.positions, strict=True):
            assert window.ids[place] == _pieces(tokenizer, sentence[word])[0]
            if 100 < word < len(sentence) - 100:
                assert min(place, len(window.ids) - place) > 20


@given(st.integers(0, 500), st.integers(1, 200))
def test_stretches_cover_a_sentence_and_fit_the_window(length: int, room: int) -> None:
    cut = overlapping_ranges(length, room)
    assert sorted({k for begin, end in cut for k in range(begin, end)}) == list(range(length))
    assert all(end - begin <= room for begin, end in cut)
