"""Encoding: cuts sentences into windows of subwords, and marks the first subword of every word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silverner.projection.neural.subwords import Subwords
from silverner.projection.neural.windows import longest_window, overlapping_ranges


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a sentence that a model reads at once.

    :param sentence: Index of the sentence.
    :param ids: Subwords, special tokens included.
    :param words: The words that are learnt from this window.
    :param positions: Where in ``ids`` their first subwords stand.
    """

    sentence: int
    ids: tuple[int, ...]
    words: tuple[int, ...]
    positions: tuple[int, ...]


class Encoding:
    """Cuts sentences into windows so that every word is learnt from one of them.

    A word is its first subword (Devlin et al. 2019, section 5.3). In a sentence longer than the model's window it is
    learnt from the window in which that subword has most context; prediction reads it from the same window. A word
    without subwords is not learnt.
    """

    def __init__(self, tokenizer: Any, config: Any) -> None:
        """Use a model's tokenizer and configuration."""
        self._subwords = Subwords(tokenizer)
        self._head, self._tail = self._subwords.special_tokens_around()
        self._room = longest_window(tokenizer, config) - len(self._head) - len(self._tail)

    def encode(self, sentences: Sequence[Sequence[str]]) -> list[Window]:
        """Encode sentences.

        :param sentences: The words of each.
        :returns: Windows, in the order of the sentences; one in which no word is learnt is left out.
        """
        words = dict.fromkeys(word for sentence in sentences for word in sentence)
        subwords = dict(zip(words, self._subwords.of_words(list(words)), strict=True))
        return [
            window
            for number, sentence in enumerate(sentences)
            for window in self._windows(number, [subwords[word] for word in sentence])
        ]

    def _windows(self, number: int, parts: Sequence[Sequence[int]]) -> list[Window]:
        """Cut one sentence, given as the subwords of every word."""
        ids = [k for part in parts for k in part]
        starts = np.cumsum([0, *map(len, parts)])[:-1]
        firsts = [(int(start), word) for word, (start, part) in enumerate(zip(starts, parts, strict=True)) if part]
        cut = overlapping_ranges(len(ids), self._room)
        owner = _owners(cut, len(ids))
        windows = []
        for k, (begin, end) in enumerate(cut):
            mine = [(start, word) for start, word in firsts if owner[start] == k]
            if mine:
                positions = tuple(start - begin + len(self._head) for start, _ in mine)
                inside = (*self._head, *ids[begin:end], *self._tail)
                windows.append(Window(number, inside, tuple(word for _, word in mine), positions))
        return windows


def _owners(cut: Sequence[tuple[int, int]], length: int) -> NDArray[np.int64]:
    """Return for every subword the stretch in which it has most context; the first of two alike."""
    owner, context = np.zeros(length, dtype=np.int64), np.full(length, -1)
    for k, (begin, end) in enumerate(cut):
        steps = np.arange(end - begin)
        room = np.minimum(steps, steps[::-1])
        better = room > context[begin:end]
        owner[begin:end][better] = k
        context[begin:end][better] = room[better]
    return owner


def pad_ids(sentences: Sequence[Sequence[int]], pad: int) -> tuple[Any, Any]:
    """Pad ids to one length.

    :param sentences: The ids of each.
    :param pad: The id to pad with.
    :returns: Ids and attention mask, integer tensors of shape (sentences, longest).
    """
    import torch

    ids = torch.full((len(sentences), max(map(len, sentences))), pad, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for k, sentence in enumerate(sentences):
        ids[k, : len(sentence)] = torch.tensor(sentence)
        mask[k, : len(sentence)] = 1
    return ids, mask
