"""Capital letters as evidence: a name is written with one, in the scripts that have them.

A tagger that reads a translation has not seen the original's capitals; what it takes for a name and the original writes
small is none. In scripts without capitals, and in sentences whose capitals say nothing, all of this does nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Literal

from silverner.projection.tags.label_advice import counterpart

Case = Literal["capital", "small", "none", "initial"]
"""``none``: no letter that could be a capital; ``initial``: a capital that any word would have in its place."""

NAME_LABELS = ("PER", "ORG", "LOC")
"""Labels whose entities are written with a capital; nationalities and dates are not, in many languages.

Other label sets name the same kinds otherwise: see :func:`name_kind`.
"""
SCRIPTS_WITH_CAPITALS = frozenset({"Adlm", "Armn", "Copt", "Cyrl", "Grek", "Latn"})
"""Scripts that write names with a capital."""

_SENTENCE_ENDS = frozenset(".!?:…;")


@cache
def name_kind(label: str) -> str | None:
    """Tell which of :data:`NAME_LABELS` means the same as a label; labels of other kinds are no names.

    The first part of a fine-grained label decides (``person-actor``). A label in several words is taken as a whole,
    because ``COMPANY_EMAIL`` is no company.

    :param label: A label of any label set.
    :returns: The kind of names; ``None`` for a label whose entities need no capital.

    >>> [name_kind(label) for label in ("PER", "Person", "GPE", "location-river", "EMAIL", "COMPANY_EMAIL", "NORP")]
    ['PER', 'PER', 'LOC', 'LOC', None, None, None]
    """
    kind = re.split(r"[-/.:]", label, maxsplit=1)[0]
    return None if "_" in kind else counterpart(kind, NAME_LABELS)


def other_names(labels: Iterable[str]) -> dict[str, str]:
    """Find the labels that are names and called otherwise than in :data:`NAME_LABELS`.

    :param labels: The labels of a corpus.
    :returns: The kind of each of them.

    >>> other_names(["PER", "PERSON", "DATE"])
    {'PERSON': 'PER'}
    """
    kinds = {label: name_kind(label) for label in labels if label not in NAME_LABELS}
    return {label: kind for label, kind in kinds.items() if kind is not None}


@cache
def letter_case(token: str) -> Case:
    """Tell whether a token holds a capital anywhere, as ``kwaZulu`` does.

    Georgian has capitals in Unicode, but does not write them at the beginning of names: it counts as having none.

    >>> letter_case("Zagreb"), letter_case("grad"), letter_case("2004"), letter_case("کابل")
    ('capital', 'small', 'none', 'none')
    """
    if token.isascii():
        small = token.lower()
        return "capital" if token != small else "small" if token.upper() != small else "none"
    letters = [char for char in token if char.isupper() or char.islower() or char.istitle()]
    if not letters or any(unicodedata.name(char, "").startswith("GEORGIAN") for char in letters):
        return "none"
    return "capital" if any(not char.islower() for char in letters) else "small"


def sentence_cases(tokens: Sequence[str]) -> list[Case]:
    """Tell what the case of every token says.

    At the beginning of a sentence, and behind what can end one, a capital says nothing; nor does any case in a
    sentence without a capital or without a small word, such as a headline.

    :param tokens: A sentence.
    :returns: One case a token.

    >>> sentence_cases(["Kazna", "u", "Splitu", ":", "Tko", "je", "2004"])
    ['initial', 'small', 'capital', 'none', 'initial', 'small', 'none']
    """
    cases = [letter_case(token) for token in tokens]
    if "capital" not in cases or "small" not in cases:
        return ["none"] * len(cases)
    start = True
    for k, token in enumerate(tokens):
        if start and cases[k] == "capital":
            cases[k] = "initial"
        if token.isalnum() or any(map(str.isalnum, token)):
            start = False
        elif token and set(token) <= _SENTENCE_ENDS:
            start = True
    return cases


def count_cases(sentences: Iterable[Sequence[str]]) -> dict[str, tuple[int, int]]:
    """Count how often every word stands with a capital and without, where that says something.

    :param sentences: The tokens of a corpus; sentences in title case are left out.
    :returns: For every word, case aside, the two counts.

    >>> count_cases([["Danas", "vlada", "u", "Splitu"]])
    {'vlada': (0, 1), 'u': (0, 1), 'splitu': (1, 0)}
    """
    return _count((tokens, sentence_cases(tokens)) for tokens in sentences)


def _count(sentences: Iterable[tuple[Sequence[str], Sequence[Case]]]) -> dict[str, tuple[int, int]]:
    """Count as :func:`count_cases` does, where the cases of every sentence are at hand."""
    occurrences: Counter[str] = Counter()
    for tokens, cases in sentences:
        if cases.count("capital") <= cases.count("small"):
            occurrences.update(
                [token for token, case in zip(tokens, cases, strict=True) if case == "small" or case == "capital"]
            )
    counts: dict[str, tuple[int, int]] = {}
    for token, count in occurrences.items():
        capital, small = counts.get(token.casefold(), (0, 0))
        is_capital = letter_case(token) == "capital"
        counts[token.casefold()] = (capital + count, small) if is_capital else (capital, small + count)
    return counts


def cases_by_counts(tokens: Sequence[str], counts: Mapping[str, tuple[int, int]]) -> list[Case]:
    """Tell what case says, and of an initial word how the corpus writes it elsewhere.

    :param tokens: A sentence.
    :param counts: As :func:`count_cases` gives them.
    :returns: One case a token; ``initial`` is left where the corpus does not tell.

    >>> cases_by_counts(["Vlada", "i", "Split"], {"vlada": (2, 9)})
    ['small', 'small', 'capital']
    """
    return _settled(tokens, sentence_cases(tokens), counts)


def _settled(tokens: Sequence[str], cases: Sequence[Case], counts: Mapping[str, tuple[int, int]]) -> list[Case]:
    """Replace ``initial`` by what the counts say of the word."""
    settled = list(cases)
    for k, case in enumerate(cases):
        if case == "initial":
            capital, small = counts.get(tokens[k].casefold(), (0, 0))
            if capital != small:
                settled[k] = "capital" if capital > small else "small"
    return settled


def corpus_cases(sentences: Sequence[Sequence[str]]) -> list[list[Case]]:
    """Tell what case says in every sentence of a corpus.

    :param sentences: The tokens of all sentences.
    :returns: One case a token.
    """
    cases = [sentence_cases(tokens) for tokens in sentences]
    counts = _count(zip(sentences, cases, strict=True))
    return [_settled(tokens, of_tokens, counts) for tokens, of_tokens in zip(sentences, cases, strict=True)]
