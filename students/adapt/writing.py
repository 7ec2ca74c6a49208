"""How well a vocabulary writes the words of a text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from silverner.projection.neural.subwords import Subwords


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How a tokenizer writes words.

    :param unknown: Share of words that it cannot write, wholly or in part.
    :param subwords: Subwords a word.
    """

    unknown: float
    subwords: float


def writing_of(tokenizer: Any, words: Counter[str]) -> Writing:
    """Return how a tokenizer writes words.

    :param tokenizer: The tokenizer.
    :param words: How often each word stands in the text.
    """
    pieces = dict(zip(words, Subwords(tokenizer).of_words(list(words)), strict=True))
    unreadable = sum(
        count for word, count in words.items() if not pieces[word] or tokenizer.unk_token_id in pieces[word]
    )
    subwords = sum(count * len(pieces[word]) for word, count in words.items())
    return Writing(unknown=unreadable / max(words.total(), 1), subwords=subwords / max(words.total(), 1))
