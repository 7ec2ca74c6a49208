"""Sentences that stand in a corpus twice, nearly twice, or in a set it must not be tested on."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from datasketch import MinHash, MinHashLSH

from silverner.projection.text.tokenization.characters import classes, unspaced_letters

SHINGLE = 3, 6
"""Words of a shingle, and letters where no spaces are written; a shorter sentence is one shingle."""
PHRASE = 6, 15
"""Words, or letters, from which a sentence inside another has leaked: shorter ones are phrases, which many hold."""
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
    :param near: The highest Jaccard similarity of shingles with an earlier sentence that is no copy itself.
    :param leak: The highest overlap coefficient (Szymkiewicz-Simpson) of shingles with a sentence of an evaluation
        set: 1 where one stands inside the other. Where the shorter is less than a :data:`PHRASE`, the Jaccard
        similarity.
    """

    duplicate: bool
    near: float
    leak: float


def overlaps(
    lines: Sequence[Line | None],
    *,
    evaluation: Iterable[Sequence[str]] = (),
    near: float | None = None,
) -> list[Overlap]:
    """Compare every sentence with those before it, and with evaluation sets.

    Earlier is what stands in another split than ``train``, then what comes first; so the training copy of a test
    sentence is the one that is flagged. Words are those of :func:`words_of`. Near-duplicates are found by MinHash
    (Broder 1997) with 128 permutations and locality-sensitive hashing, so that a corpus is compared in linear time and,
    near the threshold, a pair may be missed; what is found is compared exactly. Leaks are all found.

    :param lines: The sentences; ``None`` for one that is gone already.
    :param evaluation: Sentences of evaluation sets, in either language.
    :param near: Similarity from which sentences are near-duplicates; ``None`` looks for exact ones only.
    :returns: One answer a sentence. A similarity with an earlier sentence below the threshold may be given as 0.

    >>> twice = [Line(split="train", texts=[["Ana", "runs", "."]]), Line(split="test", texts=[["ana", "runs"]])]
    >>> [found.duplicate for found in overlaps(twice)]
    [True, False]
    """
    held_out, seen = _HeldOut(evaluation), _Index(near)
    found = [Overlap(False, 0.0, 0.0)] * len(lines)
    order = sorted(range(len(lines)), key=lambda k: ((line := lines[k]) is not None and line.split == _LAST, k))
    for k in order:
        line = lines[k]
        if line is None:
            continue
        texts = [_read(tokens) for tokens in line.texts]
        leaked = max((held_out.nearest(text) for text in texts), default=0.0)
        same, close = seen.has(texts[0]), seen.nearest(texts[0])
        found[k] = Overlap(same, close, leaked)
        if not same and (near is None or close < near):
            seen.add(texts[0])
    return found


def words_of(tokens: Sequence[str]) -> tuple[str, ...]:
    """Return what sentences are compared by, however they are encoded and cut into tokens.

    :param tokens: The tokens of a sentence.
    :returns: Its words, case aside, without punctuation; of scripts without spaces between words, the letters. Its
        tokens where it has no words. Joined, they name the sentence: two have the same text where these are equal.

    >>> words_of(["Ana", "didn't", "run", "."])
    ('ana', 'didn', 't', 'run')
    """
    # Vowel signs are no letters, and belong to words; marks of format, as the soft hyphen, do not.
    text = unicodedata.normalize("NFKC", " ".join(tokens)).casefold()
    return tuple(_word().findall("".join(c for c in text if unicodedata.category(c) != "Cf"))) or tuple(tokens)


@dataclass(frozen=True, slots=True)
class _Text:
    """What of a sentence is compared."""

    key: str
    shingles: frozenset[tuple[str, ...]]
    phrase: bool


def _read(tokens: Sequence[str]) -> _Text:
    words = words_of(tokens)
    unspaced = 2 * len(_letter().findall("".join(words))) > len(words)
    size = SHINGLE[unspaced]
    shingles = frozenset(words[k : k + size] for k in range(max(1, len(words) - size + 1)))
    return _Text("".join(words), shingles, len(words) < PHRASE[unspaced])


class _HeldOut:
    """Sentences that must not be in a corpus: all shingles and where they stand."""

    def __init__(self, sentences: Iterable[Sequence[str]]) -> None:
        self._keys: set[str] = set()
        self._sizes: list[tuple[int, bool]] = []
        self._places: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for text in map(_read, sentences):
            if text.key in self._keys:
                continue
            self._keys.add(text.key)
            for shingle in text.shingles:
                self._places[shingle].append(len(self._sizes))
            self._sizes.append((len(text.shingles), text.phrase))

    def nearest(self, text: _Text) -> float:
        """Return the highest overlap with a sentence here."""
        if text.key in self._keys:
            return 1.0
        mine, best = len(text.shingles), 0.0
        shared = Counter(place for shingle in text.shingles for place in self._places.get(shingle, ()))
        for place, count in shared.items():
            size, phrase = self._sizes[place]
            best = max(best, count / (size + mine - count if phrase or text.phrase else min(size, mine)))
        return best


class _Index:
    """Sentences to compare with."""

    def __init__(self, threshold: float | None) -> None:
        self._keys: set[str] = set()
        self._shingles: list[frozenset[tuple[str, ...]]] = []
        # What is found is compared exactly, so finding too much costs a little time, and too little a copy.
        rule = {"threshold": threshold, "num_perm": PERMUTATIONS, "weights": (0.05, 0.95)}
        self._near = None if threshold is None else MinHashLSH(**rule)

    def add(self, text: _Text) -> None:
        """Take in a sentence that is not there."""
        self._keys.add(text.key)
        if self._near is not None:
            self._near.insert(len(self._shingles), _hashed(text.shingles))
            self._shingles.append(text.shingles)

    def has(self, text: _Text) -> bool:
        """Tell whether the very sentence is there."""
        return text.key in self._keys

    def nearest(self, text: _Text) -> float:
        """Return the highest Jaccard similarity with a sentence here."""
        if self.has(text):
            return 1.0
        if self._near is None or not self._shingles:
            return 0.0
        mine = text.shingles
        others = (self._shingles[k] for k in self._near.query(_hashed(mine)))
        return max((len(mine & other) / len(mine | other) for other in others), default=0.0)


@cache
def _word() -> re.Pattern[str]:
    return re.compile(f"{_letter().pattern}|(?:(?!{_letter().pattern})[{classes().word}])+")


@cache
def _letter() -> re.Pattern[str]:
    return re.compile(f"[{unspaced_letters()}]")


def _hashed(shingles: Iterable[tuple[str, ...]]) -> MinHash:
    sketch = MinHash(num_perm=PERMUTATIONS)
    sketch.update_batch([" ".join(shingle).encode() for shingle in shingles])
    return sketch
