"""Text into the ids of subwords, so that nothing in it is taken for one of the model's own special tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Subwords:
    """The subwords of a text, and the special tokens a model wants around them.

    A text can hold ``</s>``, ``[SEP]`` or ``spa_Latn`` as words; tokenizers would end the sentence there, or change the
    language. Here these are spelt out like any other word, and where a vocabulary has them as pieces too, unknown.
    """

    def __init__(self, tokenizer: Any) -> None:
        """Use a tokenizer of ``transformers``."""
        self._tokenizer = tokenizer
        self._unknown = tokenizer.unk_token_id
        self._special = {*tokenizer.all_special_ids} - {self._unknown, None}

    def of_text(self, text: str) -> list[int]:
        """Split running text.

        :param text: The text.
        :returns: Ids, without special tokens around them.
        """
        ids = self._tokenizer(text, add_special_tokens=False, split_special_tokens=True, verbose=False)["input_ids"]
        return self._plain(ids)

    def of_words(self, words: Sequence[str]) -> list[list[int]]:
        """Split words, each on its own.

        :param words: The words.
        :returns: The ids of each.
        """
        tokenizer = self._tokenizer
        if not tokenizer.is_fast:
            split = (tokenizer.tokenize(word, split_special_tokens=True) for word in words)
            return [self._plain(tokenizer.convert_tokens_to_ids(pieces)) for pieces in split]
        pieces: list[list[int]] = [[] for _ in words]
        if words:
            # A fast tokenizer splits the words of a sentence one by one, so all of them can be one sentence.
            done = tokenizer(
                list(words),
                is_split_into_words=True,
                add_special_tokens=False,
                split_special_tokens=True,
                verbose=False,
            )
            for word, k in zip(done.word_ids(), done["input_ids"], strict=True):
                if word is not None:
                    pieces[word].append(k)
        return [self._plain(ids) for ids in pieces]

    def frame(self) -> tuple[list[int], list[int]]:
        """Tell which special tokens stand before a sentence and behind it, in the language the tokenizer is set to."""
        whole, bare = (list(self._tokenizer("a", add_special_tokens=add)["input_ids"]) for add in (True, False))
        before = next(k for k in range(len(whole)) if whole[k : k + len(bare)] == bare)
        return whole[:before], whole[before + len(bare) :]

    def _plain(self, ids: Sequence[int]) -> list[int]:
        """Leave no special token in a text; a vocabulary without an unknown one leaves it out."""
        if self._unknown is None:
            return [k for k in ids if k not in self._special]
        return [self._unknown if k in self._special else k for k in ids]
