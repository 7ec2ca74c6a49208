"""Compares the tokens of a corpus with the words that splitting its joined sentences gives."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.text.tokenization.offsets import ends
from silverner.projection.text.tokenization.running_text import join, split


def resplits(tokens: Sequence[str], language: LanguageLike) -> bool:
    """Tell whether joining tokens and splitting the text again gives the same tokens.

    With spaces between words, the tokens must be exactly the same. Without spaces, tokens may be smaller than the words
    of the segmenter (characters), or larger, or both in one sentence, but may not cross them: if a token and a word
    share a character, one of them must contain the other.

    :param tokens: The tokens of a sentence.
    :param language: Its language, or a code of it.
    :returns: Whether they are the same; ``False`` with a token of only white space.
    :raises MissingEngineError: as :func:`~silverner.projection.text.tokenization.split`.

    >>> resplits(["Ana", "'s", "dog", "."], "eng"), resplits(["Ana's", "dog", "."], "eng")
    (True, False)
    """
    language = language_of(language)
    words = split(join(tokens, language), language)
    if language.spaced:
        return words == list(tokens)
    token_ends, word_ends = ends(tokens), ends(words)
    if token_ends[-1:] != word_ends[-1:] or len(set(token_ends)) < len(token_ends) or 0 in token_ends:
        return False
    # Between two places where a token and a word end together, only one of the two sides may end in between.
    token_cuts, word_cuts = set(token_ends), set(word_ends)
    ends_between = [False, False]
    for place in sorted(token_cuts | word_cuts):
        if place in token_cuts and place in word_cuts:
            ends_between = [False, False]
        else:
            ends_between[place in word_cuts] = True
            if all(ends_between):
                return False
    return True


def word_groups(tokens: Sequence[str], language: LanguageLike) -> list[tuple[int, int]]:
    """Group the tokens of a sentence into words, for engines that need words where the corpus has smaller tokens.

    With spaces between words, every token is a group. Without spaces, the joined text is split into words, and a token
    belongs to the word that contains its first character. So no token is cut: a word that ends inside a token is
    extended to the end of the token, and a word that begins and ends inside a token gets no group.

    :param tokens: The tokens of a sentence.
    :param language: Its language, or a code of it.
    :returns: Half-open token ranges that cover all tokens in order, none empty.
    :raises MissingEngineError: as :func:`~silverner.projection.text.tokenization.split`.

    >>> word_groups(["Ana", "sat", "."], "eng")
    [(0, 1), (1, 2), (2, 3)]
    """
    language = language_of(language)
    if language.spaced or not tokens:
        return [(k, k + 1) for k in range(len(tokens))]
    word_ends = ends(split(join(tokens, language), language))
    begins = [0, *ends(tokens)[:-1]]
    owners = [bisect_right(word_ends, begin) for begin in begins[: len(tokens)]]
    starts = [k for k, owner in enumerate(owners) if not k or owner != owners[k - 1]]
    return list(zip(starts, [*starts[1:], len(tokens)], strict=True))
