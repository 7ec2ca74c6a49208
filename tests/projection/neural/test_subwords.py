"""Nothing in a text may be taken for a special token of the model."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.neural.subwords import Subwords
from tests.tiny import FAMILIES

ODD = ["</s>", "<s>", "<pad>", "[SEP]", "[CLS]", "<mask>", "spa_Latn", "__es__", ">>es<<", "<2es>", "<extra_id_0>"]
PLAIN = ["Ana", "visits", "Kenya", "Ƙano", ",", "\u200b", "🎉", "东京"]


@cache
def _tokenizer(family: str) -> Any:
    return FAMILIES[family]()[1]


@pytest.mark.parametrize("family", sorted(FAMILIES))
@settings(deadline=None, max_examples=25)
@given(words=st.lists(st.sampled_from([*ODD, *PLAIN]), max_size=6))
def test_no_word_is_a_special_token(family: str, words: list[str]) -> None:
    tokenizer = _tokenizer(family)
    subwords = Subwords(tokenizer)
    special = {*tokenizer.all_special_ids} - {tokenizer.unk_token_id}
    assert special.isdisjoint(subwords.of_text(" ".join(words)))
    split = subwords.of_words(words)
    assert len(split) == len(words)
    assert all(special.isdisjoint(ids) for ids in split)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_plain_text_is_split_as_the_tokenizer_splits_it(family: str) -> None:
    tokenizer, text = _tokenizer(family), "Ana visits New York , where ng'ombe wake ."
    subwords = Subwords(tokenizer)
    head, tail = subwords.special_tokens_around()
    assert [*head, *subwords.of_text(text), *tail] == tokenizer(text)["input_ids"]
