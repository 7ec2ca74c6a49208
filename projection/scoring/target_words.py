"""The words of one target, made ready once to be compared with every word of its names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from silverner.projection.scoring.name_similarity import (
    by_ear,
    by_letters,
    may_be_named,
    romanised,
    scripts_of,
    stems,
)


class TargetWords:
    """Target tokens in the letters a to z, by script and by first letter.

    :param tokens: The target tokens.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        """Romanise the tokens, and sort them by script."""
        self.romanised = list(map(romanised, tokens))
        """Every token in the letters a to z."""
        self._by_first_letter: dict[str, list[int]] = defaultdict(list)
        for j, letters in enumerate(self.romanised):
            self._by_first_letter[letters[:1]].append(j)
        places: dict[frozenset[str], list[int]] = defaultdict(list)
        for j, scripts in enumerate(map(scripts_of, tokens)):
            places[scripts].append(j)
        self._scripts = {scripts: _OneScript(tokens, of_script) for scripts, of_script in places.items()}

    def similarities(self, word: str) -> list[float]:
        """Tell how much every token looks like a word of a name.

        :param word: A source token.
        :returns: One :func:`~silverner.projection.scoring.name_similarity.name_similarity` a token.
        """
        similarities = [0.0] * len(self.romanised)
        if not may_be_named(word):
            return similarities
        letters, scripts = romanised(word), scripts_of(word)
        for target_scripts, of_script in self._scripts.items():
            if scripts.isdisjoint(target_scripts):
                for j in of_script.places:
                    similarities[j] = by_ear(letters, self.romanised[j])
            else:
                for j, stem in of_script.that_may_share(letters):
                    similarities[j] = max(similarities[j], by_letters(letters, stem))
        return similarities

    def beginnings_of(self, letters: str) -> list[int]:
        """Find the tokens that a romanised word begins with.

        :param letters: The word.
        :returns: Their places.
        """
        places = self._by_first_letter.get(letters[0], ()) if letters else ()
        return [j for j in places if letters.startswith(self.romanised[j])]


class _OneScript:
    """The tokens of one script: their places, and what they may be compared by."""

    def __init__(self, tokens: Sequence[str], places: Sequence[int]) -> None:
        self.places = places
        self._stems = [(j, stem) for j in places for stem in stems(tokens[j])]
        self._text = " ".join([stem for _, stem in self._stems])
        self._by_first_letter: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for place_and_stem in self._stems:
            self._by_first_letter[place_and_stem[1][:1]].append(place_and_stem)

    def that_may_share(self, letters: str) -> Sequence[tuple[int, str]]:
        """Return the places and stems that begin as a word does, or all where one of them holds the word."""
        return self._stems if letters in self._text else self._by_first_letter.get(letters[:1], ())


@lru_cache(maxsize=16)
def target_words(tokens: tuple[str, ...]) -> TargetWords:
    """Make the words of a target ready; all that ask for the same target in turn are given the same.

    :param tokens: The target tokens.
    :returns: The words.

    >>> target_words(("Naturschutz", "in", "Kenia")).similarities("Kenya")
    [0.0, 0.0, 0.6]
    """
    return TargetWords(tokens)
