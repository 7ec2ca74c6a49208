"""Sentences that stand in a corpus twice, nearly twice, or in a set it must not be tested on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from datasketch import MinHash, MinHashLSH

SHINGLE = 3
"""Words of a shingle; a shorter sentence is one shingle."""
PERMUTATIONS = 128
_LAST = "train"
"""The split whose copies are flagged, and not those of others: training text must not hold test text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence that is compared: its split, and its text in one or two languages, the target first."""

    split: str
    texts: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a sentence shares with others.

    :param duplicate: Whether an earlier sentence has the same words.
    :param near: The highest Jaccard similarity of word 3-grams with an earlier sentence that is no copy itself.
    :param leak: The highest with a sentence of an evaluation set.
    """

    duplicate: bool
    near: float
    leak: float


def overlaps(
    lines: Sequence[Line | None],
    *,
    evaluation: Iterable[Sequence[str]] = (),
    near: float | None = None,
    leak: float | None = None,
) -> list[Overlap]:
    """Compare every sentence with those before it, and with evaluation sets.

    Earlier is what stands in another split than ``train``, then what comes first; so the training copy of a test
    sentence is the one that is flagged. Words are compared case aside, without punctuation. Candidates are found by
    MinHash (Broder 1997) with 128 permutations and locality-sensitive hashing, so that a corpus is compared in linear
    time and, near the threshold, a pair may be missed; what is found is compared exactly.

    :param lines: The sentences; ``None`` for one that is gone already.
    :param evaluation: Sentences of evaluation sets, in either language.
    :param near: Similarity from which sentences are near-duplicates; ``None`` looks for exact ones only.
    :param leak: Similarity from which a sentence of an evaluation set has leaked; ``None`` looks for exact ones only.
    :returns: One answer a sentence. A similarity below its threshold may be given as 0.

    >>> twice = [Line(split="train", texts=[["Ana", "runs", "."]]), Line(split="test", texts=[["ana", "runs"]])]
    >>> [found.duplicate for found in overlaps(twice)]
    [True, False]
    """
    held_out, seen = _Index(leak), _Index(near)
    for tokens in evaluation:
        held_out.add(words_of(tokens))
    found = [Overlap(False, 0.0, 0.0)] * len(lines)
    order = sorted(range(len(lines)), key=lambda k: ((line := lines[k]) is not None and line.split == _LAST, k))
    for k in order:
        line = lines[k]
        if line is None:
            continue
        texts = [words_of(tokens) for tokens in line.texts]
        leaked = max((held_out.nearest(text) for text in texts), default=0.0)
        same, close = seen.has(texts[0]), seen.nearest(texts[0])
        found[k] = Overlap(same, close, leaked)
        if not same and (near is None or close < near):
            seen.add(texts[0])
    return found


class _Index:
    """Sentences to compare with."""

    def __init__(self, threshold: float | None) -> None:
        self._texts: set[str] = set()
        self._shingles: list[frozenset[tuple[str, ...]]] = []
        # What is found is compared exactly, so finding too much costs a little time, and too little a copy.
        rule = {"threshold": threshold, "num_perm": PERMUTATIONS, "weights": (0.05, 0.95)}
        self._near = None if threshold is None else MinHashLSH(**rule)

    def add(self, text: tuple[str, ...]) -> None:
        """Take a sentence in."""
        if _key(text) in self._texts:
            return
        self._texts.add(_key(text))
        if self._near is not None:
            self._near.insert(len(self._shingles), _hashed(_shingles(text)))
            self._shingles.append(_shingles(text))

    def has(self, text: tuple[str, ...]) -> bool:
        """Tell whether the very sentence is there."""
        return _key(text) in self._texts

    def nearest(self, text: tuple[str, ...]) -> float:
        """Return the highest Jaccard similarity with a sentence here."""
        if _key(text) in self._texts:
            return 1.0
        if self._near is None or not self._shingles:
            return 0.0
        mine = _shingles(text)
        others = (self._shingles[k] for k in self._near.query(_hashed(mine)))
        return max((len(mine & other) / len(mine | other) for other in others), default=0.0)


def _key(text: tuple[str, ...]) -> str:
    """Name a sentence however it is encoded and cut into tokens: corpora of one text do both differently."""
    whole = unicodedata.normalize("NFKC", "".join(text)).casefold()
    # Punctuation, symbols, spaces and marks of format go; vowel signs are no letters, and stay.
    return "".join(char for char in whole if unicodedata.category(char)[0] not in "PSZC") or whole


def words_of(tokens: Sequence[str]) -> tuple[str, ...]:
    """Return what sentences are compared by.

    :param tokens: The tokens of a sentence.
    :returns: Its words, case aside; its tokens where it has no words.

    >>> words_of(["Ana", "runs", "."])
    ('ana', 'runs')
    """
    words = tuple(token.casefold() for token in tokens if any(map(str.isalnum, token)))
    return words or tuple(tokens)


def _shingles(text: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(text[k : k + SHINGLE] for k in range(max(1, len(text) - SHINGLE + 1)))


def _hashed(shingles: Iterable[tuple[str, ...]]) -> MinHash:
    sketch = MinHash(num_perm=PERMUTATIONS)
    sketch.update_batch([" ".join(shingle).encode() for shingle in shingles])
    return sketch
