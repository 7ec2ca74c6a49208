"""Words into what a model trains on: windows of subwords, and where the first subword of every word stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silverner.projection.neural.subwords import Subwords
from silverner.projection.neural.windows import longest_window, stretches


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a sentence that a model reads at once.

    :param sentence: Index of the sentence.
    :param ids: Subwords, special tokens included.
    :param places: Where in ``ids`` the first subwords stand of the words that are learnt from this window.
    :param words: Those words.
    """

    sentence: int
    ids: tuple[int, ...]
    places: tuple[int, ...]
    words: tuple[int, ...]


class Encoding:
    """Cuts sentences into windows so that every word is learnt once: where it will be read.

    A word is its first subword (Devlin et al. 2019, section 5.3). In a sentence longer than the model's window it is
    learnt from the window in which that subword has most context, which is the one prediction takes it from. A word
    without subwords is learnt nowhere.
    """

    def __init__(self, tokenizer: Any, config: Any) -> None:
        """Use a model's tokenizer and configuration."""
        self._subwords = Subwords(tokenizer)
        self._head, self._tail = self._subwords.frame()
        self._room = longest_window(tokenizer, config) - len(self._head) - len(self._tail)

    def encode(self, sentences: Sequence[Sequence[str]]) -> list[Window]:
        """Encode sentences.

        :param sentences: The words of each.
        :returns: Windows, in the order of the sentences; one in which no word is learnt is left out.
        """
        known = dict.fromkeys(word for sentence in sentences for word in sentence)
        pieces = dict(zip(known, self._subwords.of_words(list(known)), strict=True))
        return [
            window
            for number, sentence in enumerate(sentences)
            for window in self._windows(number, [pieces[word] for word in sentence])
        ]

    def _windows(self, number: int, parts: Sequence[Sequence[int]]) -> list[Window]:
        """Cut one sentence, given as the subwords of every word."""
        ids = [k for part in parts for k in part]
        starts = np.cumsum([0, *map(len, parts)])[:-1]
        firsts = [(int(start), word) for word, (start, part) in enumerate(zip(starts, parts, strict=True)) if part]
        cut = stretches(len(ids), self._room)
        owner = _owners(cut, len(ids))
        windows = []
        for k, (begin, end) in enumerate(cut):
            mine = [(start, word) for start, word in firsts if owner[start] == k]
            if mine:
                places = tuple(start - begin + len(self._head) for start, _ in mine)
                inside = (*self._head, *ids[begin:end], *self._tail)
                windows.append(Window(number, inside, places, tuple(word for _, word in mine)))
        return windows


def _owners(cut: Sequence[tuple[int, int]], length: int) -> NDArray[np.int64]:
    """Tell for every subword in which stretch it has most context; of two alike the first."""
    owner, context = np.zeros(length, dtype=np.int64), np.full(length, -1)
    for k, (begin, end) in enumerate(cut):
        steps = np.arange(end - begin)
        room = np.minimum(steps, steps[::-1])
        better = room > context[begin:end]
        owner[begin:end][better] = k
        context[begin:end][better] = room[better]
    return owner
