"""Splits text into subword ids, so that no word of the text becomes a special token of the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Subwords:
    """Splits text into subwords, and finds the special tokens that a model needs around a sentence.

    A text can contain ``</s>``, ``[SEP]`` or ``spa_Latn`` as words; tokenizers would end the sentence there, or change
    the language. Here such a word is split like any other word; a piece that is still a special token becomes the
    unknown token.
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
        return self._without_special(ids)

    def with_places(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Split running text, and say where each subword lies; the tokenizer must be a fast one.

        :param text: The text.
        :returns: Ids without special tokens around them, and for each its first character and the one after its last.
        """
        split = self._tokenizer(
            text, add_special_tokens=False, split_special_tokens=True, return_offsets_mapping=True, verbose=False
        )
        pairs = [
            (ids[0], place)
            for k, place in zip(split["input_ids"], split["offset_mapping"], strict=True)
            if (ids := self._without_special([k]))
        ]
        return [k for k, _ in pairs], [place for _, place in pairs]

    def of_words(self, words: Sequence[str]) -> list[list[int]]:
        """Split words, each independently of the others.

        :param words: The words.
        :returns: The ids of each.
        """
        tokenizer = self._tokenizer
        if not tokenizer.is_fast:
            split = (tokenizer.tokenize(word, split_special_tokens=True) for word in words)
            return [self._without_special(tokenizer.convert_tokens_to_ids(pieces)) for pieces in split]
        pieces: list[list[int]] = [[] for _ in words]
        if words:
            # A fast tokenizer splits the words of a sentence one by one, so all of them can be one sentence.
            encoded = tokenizer(
                list(words),
                is_split_into_words=True,
                add_special_tokens=False,
                split_special_tokens=True,
                verbose=False,
            )
            for word, k in zip(encoded.word_ids(), encoded["input_ids"], strict=True):
                if word is not None:
                    pieces[word].append(k)
        return [self._without_special(ids) for ids in pieces]

    def special_tokens_around(self) -> tuple[list[int], list[int]]:
        """Return the special tokens before and after a sentence in the language that the tokenizer is set to."""
        whole, bare = (list(self._tokenizer("a", add_special_tokens=add)["input_ids"]) for add in (True, False))
        before = next(k for k in range(len(whole)) if whole[k : k + len(bare)] == bare)
        return whole[:before], whole[before + len(bare) :]

    def _without_special(self, ids: Sequence[int]) -> list[int]:
        """Replace special tokens by the unknown token, or drop them if the vocabulary has none."""
        if self._unknown is None:
            return [k for k in ids if k not in self._special]
        return [self._unknown if k in self._special else k for k in ids]
