"""Sentences of evaluation sets, which a corpus must not hold."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np

from silverner.projection.text.shingles import ComparedText, compared_text


class HeldOutSentences:
    """The shingles of sentences that must not be in a corpus, in two sorted arrays: 16 bytes a shingle."""

    def __init__(self, sentences: Iterable[Sequence[str]]) -> None:
        """Read the sentences.

        :param sentences: The tokens of each.
        """
        keys: set[int] = set()
        hashes, sizes, phrases = array("q"), array("q"), array("b")
        for text in map(compared_text, sentences):
            if text.key not in keys:
                keys.add(text.key)
                hashes.extend(text.hashes())
                sizes.append(len(text.shingles))
                phrases.append(text.is_phrase)
        self._keys = keys
        self._sizes, self._phrases = np.array(sizes), np.array(phrases, dtype=bool)
        order = np.argsort(hashes, kind="stable")
        self._hashes = np.array(hashes)[order]
        self._places = np.repeat(np.arange(len(sizes)), sizes)[order]

    def nearest(self, tokens: Sequence[str]) -> float:
        """Return the highest overlap of a sentence with one of these.

        :param tokens: The tokens of the sentence.
        """
        return self.nearest_to(compared_text(tokens))

    def nearest_to(self, text: ComparedText) -> float:
        """Return the highest overlap of a sentence with one of these.

        :param text: The sentence.
        """
        if not self._keys:
            return 0.0
        if text.key in self._keys:
            return 1.0
        mine = text.hashes()
        starts, stops = (np.searchsorted(self._hashes, mine, side=side) for side in ("left", "right"))
        shared = [self._places[start:stop] for start, stop in zip(starts, stops, strict=True) if start < stop]
        if not shared:
            return 0.0
        places, counts = np.unique(np.concatenate(shared), return_counts=True)
        sizes = self._sizes[places]
        is_phrase = self._phrases[places] | text.is_phrase
        of_all = np.where(is_phrase, sizes + len(mine) - counts, np.minimum(sizes, len(mine)))
        return float(np.max(counts / of_all))
