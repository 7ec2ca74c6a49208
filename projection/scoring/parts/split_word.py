"""The pieces of one source token: ``Sainte-Marie`` is one token here, and *Sainte - Marie* three there.

Without this part the shorter span wins: a mark has no score of its own, and a piece that looks like the name lets the
other pieces count as strangers. The pieces are searched in this order:

1. Tokens that spell the source token, letter by letter. They need no link: a link of one direction rarely has them all.
2. Words that are linked to the source token, with nothing but marks between them.
3. A mark that begins or ends the name in the source, beside a word of the name in the target.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from silverner.projection.scoring.capitalisation import letter_case
from silverner.projection.scoring.name_similarity import name_similarity, romanised
from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart
from silverner.projection.scoring.parts.compound import FIRST_SHARE, WHOLE_SHARE
from silverner.projection.scoring.target_words import target_words

_MARKS = {
    **dict.fromkeys("-−~", "-"),
    **dict.fromkeys("'’‘ʼ`´′", "'"),
    **dict.fromkeys("&＆", "&"),
    **dict.fromkeys(".．", "."),
    "/": "/",
}
"""What joins the pieces of a name, by kind: a hyphen here is an en dash there. A comma lists names, it joins none."""


def reward_pieces(arrays: PairArrays, scores: Reals, weight: float) -> Reals:
    """Give every piece of a source token, and every mark between, this share of what the best of them has."""
    raised = scores.copy()
    for k, start, end in split_words(arrays):
        raised[k, start:end] = np.maximum(raised[k, start:end], weight * raised[k, start:end].max())
    return raised


@lru_cache(maxsize=1)  # the fused score and the fitted one ask for those of the same pair
def split_words(arrays: PairArrays) -> tuple[tuple[int, int, int], ...]:
    """Find the source tokens of entities that are several tokens in the target.

    :param arrays: The sentence pair.
    :returns: Entity, start and end of the pieces of each, where nothing outside the entity claims one.
    """
    return tuple((k, start, end) for k, start, end in _splits(arrays) if arrays.unclaimed[k, start:end].all())


def _splits(arrays: PairArrays) -> Iterator[tuple[int, int, int]]:
    """Yield entity, start and end of all pieces of a source token."""
    pair = arrays.pair
    linked_words = _linked_words(arrays)
    for row, (i, k) in enumerate(pair.entity_of_token().items()):
        splits = spelt_in_pieces(pair.source[i], pair.target)
        if len(linked_words.get(i, ())) > 1:
            splits += _linked_pieces(arrays, i, linked_words[i], arrays.similarity[row])
        yield from ((k, start, end) for start, end in splits)
    for k, name in enumerate(pair.names()):
        yield from ((k, start, end) for start, end in _edge_marks(name, pair.target))


def spelt_in_pieces(word: str, target: Sequence[str]) -> list[tuple[int, int]]:
    """Find target tokens that spell a source token together.

    Between the pieces stand only marks that the source token has, too: *Obama 's* is no split of the genitive
    ``Obamas``. A mark may be missing.

    :param word: A source token.
    :param target: The target tokens.
    :returns: Start and end of each place, two tokens or more.

    >>> spelt_in_pieces("Sainte-Marie", ["à", "Sainte", "–", "Marie", "."])
    [(1, 4)]
    """
    letters, words = romanised(word), target_words(tuple(target))
    places = []
    for start in words.beginnings_of(letters):
        spelt, end = words.romanised[start], start + 1
        while end < len(target) and len(spelt) < len(letters) and letters.startswith(spelt):
            spelt, end = spelt + words.romanised[end], end + 1
        if spelt == letters and set(_marks(word)).issuperset("".join(map(_marks, target[start:end]))):
            first, last = _with_edge_marks(word, target, start, end)
            if last - first > 1:
                places.append((first, last))
    return places


def _with_edge_marks(name: str, target: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Add the mark before and behind a place that the name begins or ends with.

    A full stop at the end of the target belongs to the name only where the name has another one: ``U.S.``.
    """
    marks = _marks(name)
    if start and _mark(name[0]) and _mark(name[0]) == _mark(target[start - 1]):
        start -= 1
    if end < len(target) and _mark(name[-1]) and _mark(name[-1]) == _mark(target[end]):
        ends_sentence = end + 1 == len(target) and marks.count(".") == 1
        end += not ends_sentence
    return start, end


def _linked_words(arrays: PairArrays) -> dict[int, dict[int, bool]]:
    """Return the target words that source tokens of entities are linked to, and whether both directions say so."""
    links, words = arrays.links, defaultdict[int, dict[int, bool]](dict)
    for i, j, in_both in zip(links.source.tolist(), links.target.tolist(), links.in_both.tolist(), strict=True):
        if arrays.is_word[j]:
            words[i][j] = in_both
    return words


def _linked_pieces(
    arrays: PairArrays, i: int, linked: Mapping[int, bool], similarity: Reals
) -> Iterator[tuple[int, int]]:
    """Find words that are linked to a source token, one of them by both directions, with only marks between them."""
    word, target = arrays.pair.source[i], arrays.pair.target
    chains: list[list[int]] = [[j] for j in list(linked)[:1]]
    for left, right in pairwise(linked):
        if not _join(word, target[left + 1 : right], target[right]):
            chains.append([])
        chains[-1].append(right)
    for chain in chains:
        start, end, in_both = chain[0], chain[-1] + 1, [linked[j] for j in chain]
        if len(chain) > 1 and any(in_both):
            words = [target[j] for j in chain]
            marks_between = end - start > len(chain)
            translated = marks_between and all(in_both) and not similarity[chain].any()
            more_similar_joined = name_similarity(word, "".join(words)) > similarity[chain].max()
            fit = bool(marks_between or _marks(word)) and _lengths_fit(word, words)
            if translated or more_similar_joined or fit:
                yield start, end


def _join(word: str, between: Sequence[str], piece: str) -> bool:
    """Tell whether what stands between joins a piece to the one before; the *s* of a possessive is no piece."""
    marks = [_mark(token) for token in between]
    is_possessive = "'" in marks and "'" not in _marks(word) and letter_case(piece) == "small"
    return all(marks) and not is_possessive


def _lengths_fit(word: str, pieces: Sequence[str]) -> bool:
    """Tell whether a source token is as long as its pieces together; a small word is no piece of a capital's."""
    cases, lengths = {letter_case(piece) for piece in (word, *pieces)}, list(map(len, pieces))
    fits = max(lengths) <= FIRST_SHARE * len(word) and sum(lengths) <= WHOLE_SHARE * len(word) + 1
    return fits and len(cases) == 1 and "none" not in cases


def _edge_marks(name: Sequence[str], target: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Find a word of the name with the mark that is the name's first or last token."""
    text = "".join(name)
    for edge, word in ((name[0], name[1:2]), (name[-1], name[-2:-1])):
        if _mark(edge) and word:
            for j, token in enumerate(target):
                if romanised(token) == romanised(word[0]) != "":
                    yield _with_edge_marks(text, target, j, j + 1)


def _marks(text: str) -> str:
    """Return the characters of a text that are neither letters nor digits, each as the first of its kind."""
    return "".join(
        "-" if unicodedata.category(char) == "Pd" else _MARKS.get(char, char)
        for char in text
        if not char.isalnum() and not unicodedata.category(char).startswith("M")
    )


def _mark(token: str) -> str:
    """Return the mark that joins pieces of a name which the token is, or nothing."""
    mark = _marks(token) if len(token) == 1 else ""
    return mark if mark in _MARKS.values() else ""


PART = ScorePart(
    name="split_word",
    weight=0.75,
    step="context",
    description="The other pieces, and the marks between, of a name that is one token of the source.",
    apply=reward_pieces,
)
