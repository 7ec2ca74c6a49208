"""The tokens of a corpus, and the words that joining and splitting its sentences finds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.text.tokenization.offsets import ends
from silverner.projection.text.tokenization.texts import join, split


def resplits(tokens: Sequence[str], language: LanguageLike) -> bool:
    """Tell whether joining and splitting again gives a corpus's tokens back.

    Where spaces stand between words: exactly those tokens. Where none do, a corpus may have smaller tokens than the
    segmenter's words (characters), or larger ones, or both in one sentence, as long as none cross: of a token and a
    word that share a character, one holds the other whole.

    :param tokens: The tokens of a sentence.
    :param language: Its language, or a code of it.
    :returns: Whether they come back. A token of nothing but white space never does.
    :raises MissingEngineError: as :func:`~silverner.projection.text.tokenization.split`.

    >>> resplits(["Ana", "'s", "dog", "."], "eng"), resplits(["Ana's", "dog", "."], "eng")
    (True, False)
    """
    language = language_of(language)
    found = split(join(tokens, language), language)
    if language.spaced:
        return found == list(tokens)
    own, new = ends(tokens), ends(found)
    if own[-1:] != new[-1:] or len(set(own)) < len(own) or 0 in own:
        return False
    # Between two places where both are cut, only one of them may be cut further.
    own_cuts, new_cuts = set(own), set(new)
    seen = [False, False]
    for place in sorted(own_cuts | new_cuts):
        if place in own_cuts and place in new_cuts:
            seen = [False, False]
        else:
            seen[place in new_cuts] = True
            if all(seen):
                return False
    return True


def units(tokens: Sequence[str], language: LanguageLike) -> list[tuple[int, int]]:
    """Group the tokens of a sentence into words, for what must see words though the corpus has smaller tokens.

    Where spaces stand between words every token is one. Where none do, the joined text is split into words, and a token
    belongs to the word that holds its first character. So no token is cut: a word that ends inside a token ends behind
    it, and a word that begins and ends inside one gets no group.

    :param tokens: The tokens of a sentence.
    :param language: Its language, or a code of it.
    :returns: Half-open token ranges that cover all tokens in order, none empty.
    :raises MissingEngineError: as :func:`~silverner.projection.text.tokenization.split`.

    >>> units(["Ana", "sat", "."], "eng")
    [(0, 1), (1, 2), (2, 3)]
    """
    language = language_of(language)
    if language.spaced or not tokens:
        return [(k, k + 1) for k in range(len(tokens))]
    new = ends(split(join(tokens, language), language))
    begins = [0, *ends(tokens)[:-1]]
    owners = [bisect_right(new, begin) for begin in begins[: len(tokens)]]
    starts = [k for k, owner in enumerate(owners) if not k or owner != owners[k - 1]]
    return list(zip(starts, [*starts[1:], len(tokens)], strict=True))
