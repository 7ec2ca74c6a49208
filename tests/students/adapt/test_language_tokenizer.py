"""A new tokenizer keeps kind, special tokens and settings of the old one, also when it is saved and loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from silverner.projection.errors import UsageError
from silverner.students.adapt.language_tokenizer import train_tokenizer
from silverner.students.adapt.tokenizer_content import remade
from tests.tiny import FAMILIES

SENTENCES = [line.split() for line in ("Ɓala ya tafi Ƙano da safe .", "Ya ga Ɓala a Ƙano , da wake ?")] * 6
KINDS = ["bert", "xlm-roberta", "roberta"]


@pytest.mark.parametrize("family", KINDS)
def test_special_tokens_come_first_and_keep_their_work(family: str, tmp_path: Path) -> None:
    old = FAMILIES[family]()[1]
    new = train_tokenizer(old, SENTENCES, pieces=30)
    assert type(new) is type(old)
    assert sorted(new.all_special_ids) == list(range(5))
    assert {*new.all_special_tokens} == {*old.all_special_tokens}
    assert new.pad_token_id == old.pad_token_id
    new.save_pretrained(tmp_path)
    for tokenizer in (new, AutoTokenizer.from_pretrained(tmp_path)):
        assert tokenizer.get_vocab() == new.get_vocab()
        assert sorted(tokenizer.get_vocab().values()) == list(range(len(tokenizer)))
        ids = tokenizer(["Ɓala", "a", "Ƙano"], is_split_into_words=True)["input_ids"]
        assert [ids[0], ids[-1]] == [tokenizer.cls_token_id, tokenizer.sep_token_id]
        assert tokenizer.unk_token_id not in ids
        pair = tokenizer("Ɓala", "Ƙano")["input_ids"]
        assert pair[0] == tokenizer.cls_token_id
        assert pair.count(tokenizer.sep_token_id) == (2 if family == "bert" else 3)
        assert tokenizer.decode(ids, skip_special_tokens=True).strip() == "Ɓala a Ƙano"
        assert tokenizer.mask_token_id in tokenizer(f"Ɓala {tokenizer.mask_token}")["input_ids"]


@pytest.mark.parametrize("family", KINDS)
def test_words_of_the_text_have_fewer_pieces(family: str) -> None:
    old = FAMILIES[family]()[1]
    text = ["Mwanafunzi anasoma kitabu shuleni .", "Mwalimu anasoma na mwanafunzi shuleni", "Kitabu cha mwalimu"] * 6
    new = train_tokenizer(old, [line.split() for line in text], pieces=60)
    before, after = (sum(len(tokenizer.tokenize(line)) for line in text) for tokenizer in (old, new))
    assert after < 0.75 * before


@pytest.mark.parametrize("family", KINDS)
def test_the_same_text_gives_the_same_tokenizer(family: str) -> None:
    old = FAMILIES[family]()[1]
    texts = [train_tokenizer(old, SENTENCES, pieces=30).backend_tokenizer.to_str() for _ in range(2)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(("family", "marks"), [("bert", ("X", "##X")), ("xlm-roberta", ("X",))])
def test_characters_of_the_old_vocabulary_stay_known(family: str, marks: tuple[str, ...]) -> None:
    old = FAMILIES[family]()[1]
    state = json.loads(old.backend_tokenizer.to_str())
    vocabulary = state["model"]["vocab"]
    for piece in ("X", "##X", "9", "Ж"):
        if isinstance(vocabulary, dict):
            vocabulary.setdefault(piece, len(vocabulary))
        else:
            vocabulary.append([piece, -20.0])
    new = train_tokenizer(remade(old, state), SENTENCES, pieces=30).get_vocab()
    assert [piece in new for piece in (*marks, "9", "Ж")] == [*(True for _ in marks), True, False]


def test_other_kinds_are_refused() -> None:
    words = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]")))
    with pytest.raises(UsageError, match=r"of this kind \(WordLevel\) cannot be learnt; WordPiece, Unigram, BPE can"):
        train_tokenizer(words, SENTENCES, pieces=30)
