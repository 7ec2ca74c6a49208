"""Words of a name that one side writes as one token and the other as several: ``Rolls-Royce``, ``Rolls - Royce``.

Dice weighs tokens, so a name would be longer on one side than on the other, and the best span a piece of it. A group
of tokens is one word in two cases: its letters spell the word (``Mc Donald ' s``), or the word has as many pieces
between its marks as the group has, and both directions link each of them to it (``Saint-Mary``, ``Santa - María``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Self

from silverner.projection.links import Link
from silverner.projection.scoring.name_similarity import romanised
from silverner.projection.spans import Span

_PIECES = re.compile(r"[^\W_]+")
_LAST_MARKS = re.compile(r"[\W_]*\Z")
_APOSTROPHES = frozenset("'’ʼ‘`")
_JOINING = _APOSTROPHES | frozenset("-‐‑‒–—−&＆./·・")
"""Marks between the pieces of a word; a comma or a bracket separates words."""
_SENTENCE_MARKS = frozenset(",;:")
LONGEST_ABBREVIATION = 4
"""Letters of an abbreviation, such as ``Corp.``, that may end a sentence with its own full stop."""
MOST_TOKENS = 9
"""Tokens on either side of a linked one in which the rest of a word is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitWord:
    """A word of an entity and what it is on the other side, as half-open ranges of tokens.

    One of the two is one token, except where a name with marks at its edges is the same tokens on both sides.

    :param entity: Index of the entity.
    :param source: The source tokens.
    :param target: The target tokens.
    """

    entity: int
    source: tuple[int, int]
    target: tuple[int, int]

    @property
    def growth(self) -> int:
        """Return how many tokens more the target has."""
        return (self.target[1] - self.target[0]) - (self.source[1] - self.source[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One side of a pair, seen from the words of the other side.

    :param tokens: Its tokens.
    :param linked: For each word of the other side the tokens that any direction links to it.
    :param agreed: For each token the words of the other side that both directions link to it.
    """

    tokens: Sequence[str]
    linked: dict[int, set[int]]
    agreed: dict[int, set[int]]

    @classmethod
    def of(cls, tokens: Sequence[str], forward: set[tuple[int, int]], reverse: set[tuple[int, int]]) -> Self:
        """Index the links, given as (word of the other side, token)."""
        linked: dict[int, set[int]] = {}
        agreed: dict[int, set[int]] = {}
        for i, j in forward | reverse:
            linked.setdefault(i, set()).add(j)
        for i, j in forward & reverse:
            agreed.setdefault(j, set()).add(i)
        return cls(tokens=tokens, linked=linked, agreed=agreed)

    def group_of(self, word: str, place: int) -> tuple[int, int] | None:
        """Find the tokens that a word is split into.

        :param word: The word.
        :param place: Its place on the other side.
        :returns: The first and behind the last of several tokens; ``None`` where there is no such group.
        """
        letters, pieces = romanised(word), len(_PIECES.findall(word))
        linked = {j for j in self.linked.get(place, ()) if self._is_word(j)}
        for inside in self._word_runs(linked, place):
            stretch = self.tokens[inside[0] : inside[-1] + 1]
            spelt = _letters(stretch) == letters and _shares_apostrophes(word, stretch)
            in_pieces = len(inside) == pieces and all(place in self.agreed.get(j, ()) for j in inside)
            if spelt or in_pieces:
                end = self._behind_last_marks(word, place, inside[-1] + 1)
                if end - inside[0] > 1:
                    return inside[0], end
        return None

    def copy_of(self, words: Sequence[str], entity: Span) -> tuple[int, int] | None:
        """Find a name with a mark at an edge, such as ``U . S .``, where it stands as it is: its marks belong to it.

        :param words: The words of the other side.
        :param entity: The name among them.
        :returns: The first token and behind the last; ``None`` where there is none, or no link leads to it.
        """
        name = [word.casefold() for word in words[entity.start : entity.end]]
        if len(name) == 1 or all(any(map(str.isalnum, name[k])) for k in (0, -1)):
            return None
        places = set(range(entity.start, entity.end))
        for start in sorted({j - k for k, i in enumerate(sorted(places)) for j in self.linked.get(i, ())}):
            stretch = range(start, start + len(name))
            is_copy = start >= 0 and [token.casefold() for token in self.tokens[start : stretch.stop]] == name
            if is_copy and all(self.agreed.get(j, places) <= places for j in stretch):
                return start, stretch.stop
        return None

    def _word_runs(self, linked: AbstractSet[int], place: int) -> Iterator[list[int]]:
        """Yield every run of words, with marks between them, that has a linked one and nothing another word claims."""
        behind = 0
        for j in sorted(linked):
            if j < behind or not self._is_free(j, place):
                continue
            first, behind = j, j + 1
            while first > 0 and j - first < MOST_TOKENS and self._can_be_inside(first - 1, place):
                first -= 1
            while behind < len(self.tokens) and behind - j < MOST_TOKENS and self._can_be_inside(behind, place):
                behind += 1
            words = [k for k in range(first, behind) if self._is_word(k)]
            for start, last in combinations_with_replacement(range(len(words)), 2):
                if not linked.isdisjoint(words[start : last + 1]):
                    yield words[start : last + 1]

    def _behind_last_marks(self, word: str, place: int, end: int) -> int:
        """Return the place behind a group and the marks that end its word.

        Text split at spaces leaves the marks of the sentence at its words: ``Maputo,``. These are not the name's, and
        neither is the full stop of the sentence behind what is too long for an abbreviation.
        """
        is_long = len(romanised(word)) > LONGEST_ABBREVIATION
        marks = _LAST_MARKS.search(word)
        for mark in marks[0] if marks is not None else "":
            ends_sentence = mark == "." and end == len(self.tokens) - 1 and word.count(mark) == 1 and is_long
            if mark in _SENTENCE_MARKS or ends_sentence:
                break
            if end < len(self.tokens) and self.tokens[end] == mark and self._is_free(end, place):
                end += 1
        return end

    def _can_be_inside(self, j: int, place: int) -> bool:
        return self._is_free(j, place) and (self._is_word(j) or self.tokens[j] in _JOINING)

    def _is_word(self, j: int) -> bool:
        return any(map(str.isalnum, self.tokens[j]))

    def _is_free(self, j: int, place: int) -> bool:
        """Tell whether both directions link a token to no word but this one."""
        return self.agreed.get(j, {place}) == {place}


def find_split_words(
    source: Sequence[str],
    target: Sequence[str],
    entities: Sequence[Span],
    forward: Sequence[Link],
    reverse: Sequence[Link],
) -> list[SplitWord]:
    """Find the words of entities that are one token on one side, and several on the other.

    Several source tokens count as one word only where they are the whole entity: in ``National Museum of Tanzania`` the
    first two must not make the rest of the name less worth.

    :param source: Source tokens.
    :param target: Target tokens.
    :param entities: The entities.
    :param forward: Links of the source-to-target run.
    :param reverse: Links of the target-to-source run, source first too.
    :returns: The words, by entity; no target token is in two of one entity.

    >>> links = [(0, 0, 1.0), (0, 1, 1.0), (0, 2, 1.0)]
    >>> find_split_words(["Rolls-Royce"], ["Rolls", "-", "Royce"], [Span(0, 1, "ORG")], links, links)
    [SplitWord(entity=0, source=(0, 1), target=(0, 3))]
    """
    there, back = ({(i, j) for i, j, _ in links} for links in (forward, reverse))
    of_target = _Side.of(target, there, back)
    of_source = _Side.of(source, {(j, i) for i, j in there}, {(j, i) for i, j in back})
    words: list[SplitWord] = []
    for k, entity in enumerate(entities):
        taken: set[int] = set()
        for i in range(entity.start, entity.end):
            group = of_target.group_of(source[i], i)
            if group is not None and taken.isdisjoint(range(*group)):
                words.append(SplitWord(entity=k, source=(i, i + 1), target=group))
                taken.update(range(*group))
        for j in sorted({j for i in range(entity.start, entity.end) for j in of_target.linked.get(i, ())} - taken):
            group = of_source.group_of(target[j], j)
            if group == (entity.start, entity.end):
                words.append(SplitWord(entity=k, source=group, target=(j, j + 1)))
        if not taken and (copy := of_target.copy_of(source, entity)) is not None:
            words.append(SplitWord(entity=k, source=(entity.start, entity.end), target=copy))
    return words


def _letters(tokens: Sequence[str]) -> str:
    return "".join(map(romanised, tokens))


def _shares_apostrophes(word: str, tokens: Sequence[str]) -> bool:
    """Tell whether an apostrophe among tokens is the word's own: in *Clinton 's* for ``Clintons`` it ends the name."""
    return _APOSTROPHES.isdisjoint("".join(tokens)) or not _APOSTROPHES.isdisjoint(word)
