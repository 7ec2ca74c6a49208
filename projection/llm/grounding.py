"""Grounding: finding what a model named in the text itself.

A model can name words that are not in the text: invented, corrected, or written at the order of the text. Only words
that stand there, character by character and from the beginning of a token to the end of one, become a span. The rest
is rejected and counted.

One text can hold the same words several times. Of the mentions that a model lists, longer ones take their places first,
then those that it listed first; each takes the first place in which no other one lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from silverner.projection.languages import LanguageLike
from silverner.projection.text.tokenization import extents, join

Rejection = Literal["not-in-text", "part-of-a-word", "no-free-place"]
"""Why words become no span: they are not there, only as a part of tokens, or all their places are taken."""


@dataclass(slots=True)
class GroundedText:
    """A sentence as a model reads it, and the places in it that are still free.

    :param tokens: The tokens of the corpus.
    :param language: Their language.

    >>> sentence = GroundedText(["Ana", "met", "Anabel", "and", "Ana"], "eng")
    >>> [sentence.take(words) for words in ("Ana", "Ana", "Ana", "Anab", "Eva")]
    [(0, 1), (4, 5), 'no-free-place', 'part-of-a-word', 'not-in-text']
    """

    tokens: Sequence[str]
    language: LanguageLike
    text: str = field(init=False)
    _starts: dict[int, int] = field(init=False)
    _ends: dict[int, int] = field(init=False)
    _used: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        """Join the tokens, and remember where each begins and ends."""
        self.text = join(self.tokens, self.language)
        places = list(enumerate(extents(self.text, self.tokens)))
        self._starts = {extent[0]: k for k, extent in places if extent is not None}
        self._ends = {extent[1]: k + 1 for k, extent in places if extent is not None}

    def take(self, words: str) -> tuple[int, int] | Rejection:
        """Find the first free place of words, which is free no longer.

        :param words: The words, as a model named them; white space around them does not count.
        :returns: The tokens: the first one, and the one behind the last. Or why there is no such place.
        """
        words = " ".join(words.split())
        begins = list(self._occurrences(words)) if words else []
        if not begins:
            return "not-in-text"
        places = [
            (self._starts[begin], self._ends[begin + len(words)])
            for begin in begins
            if begin in self._starts and begin + len(words) in self._ends
        ]
        if not places:
            return "part-of-a-word"
        for start, end in places:
            if self._used.isdisjoint(range(start, end)):
                self._used.update(range(start, end))
                return start, end
        return "no-free-place"

    def _occurrences(self, words: str) -> Iterable[int]:
        """Yield every position at which words stand, those that overlap included."""
        positions = range(len(self.text) - len(words) + 1)
        return (begin for begin in positions if self.text.startswith(words, begin))


def order_of_claims(mentions: Sequence[str]) -> list[int]:
    """Order mentions as they take their places.

    :param mentions: The words of every mention, in the order of the answer.
    :returns: The index of every mention: longer ones first, and equally long ones in the order of the answer.

    >>> order_of_claims(["Paris", "Bern", "Paris Hilton", "Rome"])
    [2, 0, 1, 3]
    """
    return sorted(range(len(mentions)), key=lambda k: -len(" ".join(mentions[k].split())))
