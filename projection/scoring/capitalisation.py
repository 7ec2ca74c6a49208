"""Capital letters as evidence: a name is written with one, in the scripts that have them.

A tagger that reads a translation has not seen the original's capitals; what it takes for a name and the original writes
small is none. In scripts without capitals, and in sentences whose capitals say nothing, all of this does nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from silverner.projection.links import Link

Case = Literal["capital", "small", "none", "initial"]
"""``none``: no letter that could be a capital; ``initial``: a capital that any word would have in its place."""

NAMES = ("PER", "ORG", "LOC")
"""Labels whose entities are written with a capital; nationalities and dates are not, in many languages."""
CASED = frozenset({"Adlm", "Armn", "Copt", "Cyrl", "Grek", "Latn"})
"""Scripts that write names with a capital."""
PERSONS = frozenset({"PER"})

_ENDS = frozenset(".!?:…;")
_Mask = NDArray[np.bool_]


@cache
def raw_case(token: str) -> Case:
    """Tell whether a token holds a capital anywhere, as ``kwaZulu`` does.

    Georgian has capitals in Unicode, but does not write them at the beginning of names: it counts as having none.

    >>> raw_case("Zagreb"), raw_case("grad"), raw_case("2004"), raw_case("کابل")
    ('capital', 'small', 'none', 'none')
    """
    letters = [char for char in token if char.isupper() or char.islower() or char.istitle()]
    if not letters or any(unicodedata.name(char, "").startswith("GEORGIAN") for char in letters):
        return "none"
    return "capital" if any(not char.islower() for char in letters) else "small"


def cases(tokens: Sequence[str]) -> list[Case]:
    """Tell what the case of every token says.

    At the beginning of a sentence, and behind what can end one, a capital says nothing; nor does any case in a
    sentence without a capital or without a small word, such as a headline.

    :param tokens: A sentence.
    :returns: One case a token.

    >>> cases(["Kazna", "u", "Splitu", ":", "Tko", "je", "2004"])
    ['initial', 'small', 'capital', 'none', 'initial', 'small', 'none']
    """
    found = [raw_case(token) for token in tokens]
    if "capital" not in found or "small" not in found:
        return ["none"] * len(found)
    start = True
    for k, token in enumerate(tokens):
        if start and found[k] == "capital":
            found[k] = "initial"
        if any(map(str.isalnum, token)):
            start = False
        elif token and set(token) <= _ENDS:
            start = True
    return found


def count_cases(sentences: Iterable[Sequence[str]]) -> dict[str, tuple[int, int]]:
    """Count how often every word stands with a capital and without, where that says something.

    :param sentences: The tokens of a corpus; sentences in title case are left out.
    :returns: For every word, case aside, the two counts.

    >>> count_cases([["Danas", "vlada", "u", "Splitu"]])
    {'vlada': (0, 1), 'u': (0, 1), 'splitu': (1, 0)}
    """
    counts: dict[str, tuple[int, int]] = {}
    for tokens in sentences:
        found = cases(tokens)
        if found.count("capital") > found.count("small"):
            continue
        for token, case in zip(tokens, found, strict=True):
            if case in {"capital", "small"}:
                capital, small = counts.get(token.casefold(), (0, 0))
                counts[token.casefold()] = (capital + (case == "capital"), small + (case == "small"))
    return counts


def true_cases(tokens: Sequence[str], counts: Mapping[str, tuple[int, int]]) -> list[Case]:
    """Tell what case says, and of an initial word how the corpus writes it elsewhere.

    :param tokens: A sentence.
    :param counts: As :func:`count_cases` gives them.
    :returns: One case a token; ``initial`` is left where the corpus does not tell.

    >>> true_cases(["Vlada", "i", "Split"], {"vlada": (2, 9)})
    ['small', 'small', 'capital']
    """
    found = cases(tokens)
    for k, token in enumerate(tokens):
        if found[k] == "initial":
            capital, small = counts.get(token.casefold(), (0, 0))
            if capital != small:
                found[k] = "capital" if capital > small else "small"
    return found


def read_cases(sentences: Sequence[Sequence[str]]) -> list[list[Case]]:
    """Tell what case says in every sentence of a corpus.

    :param sentences: The tokens of all sentences.
    :returns: One case a token.
    """
    counts = count_cases(sentences)
    return [true_cases(tokens, counts) for tokens in sentences]


@dataclass(frozen=True, slots=True)
class Shape:
    """Which spans of a target can carry an entity of some label, by what its capitals say.

    :param begins: For each token whether a span may begin with it.
    :param ends: For each token whether a span may end with it.
    :param names: For each token whether it makes a name of the span that holds it.
    """

    begins: _Mask
    ends: _Mask
    names: _Mask

    def allows(self, start: int, end: int) -> bool:
        """Tell whether the span ``[start, end)`` can carry the entity."""
        return bool(self.begins[start] and self.ends[end - 1] and self.names[start:end].any())

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Cut a span until it begins and ends where it may; an empty one where it then holds no name."""
        while start < end and not self.begins[start]:
            start += 1
        while start < end and not self.ends[end - 1]:
            end -= 1
        return (start, end) if start < end and self.names[start:end].any() else (start, start)


def shape_of(
    label: str,
    found: Sequence[Case],
    links: Iterable[Link],
    *,
    labels: Collection[str] = NAMES,
    unknown: Collection[int] = (),
    particles: Collection[int] | None = None,
) -> Shape:
    """Say which target spans can carry an entity.

    A name holds a word whose capital says something, or one of which case says nothing. At the beginning of a sentence,
    where the corpus does not tell, and the translator did not know every word of the sentence, it must be linked to one
    that it knew: an unknown one is copied as it stands, capital and all. A person's name ends with no small word.

    :param label: The entity's label.
    :param found: The case of every target token.
    :param links: The alignment.
    :param labels: Labels of names; for others every span is allowed.
    :param unknown: Source tokens the translator did not know.
    :param particles: Where given, a name begins with no small word either, but for those at these places.
    :returns: The shape.

    >>> shape_of("LOC", ["initial", "small", "capital"], [(0, 0, 1.0)], unknown={0}).names.tolist()
    [False, False, True]
    """
    free = np.ones(len(found), dtype=bool)
    if label not in labels:
        return Shape(free, free, free)
    known = {j for i, j, _ in links if i not in unknown}
    sure = [c in {"capital", "none"} or (c == "initial" and (not unknown or j in known)) for j, c in enumerate(found)]
    names = np.array(sure, dtype=bool)
    large = np.array([case != "small" for case in found], dtype=bool)
    begins = free if particles is None else large | np.isin(np.arange(len(found)), list(particles))
    return Shape(begins, large if label in PERSONS else free, names)
