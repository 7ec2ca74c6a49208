"""Finds sentences that a corpus repeats, exactly or nearly, and sentences that an evaluation set holds too."""

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
"""Length of a shingle in words, and in letters where no spaces are written. A shorter sentence is one shingle."""
PHRASE = 6, 15
"""Words, or letters, from which a sentence inside another has leaked. Shorter ones are phrases that many texts have."""
PERMUTATIONS = 128
_LAST = "train"
"""The split whose copies are flagged instead of those in other splits: training text must not hold test text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence to compare: its split, and its text in one or two languages, the target first."""

    split: str
    texts: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Overlap:
    """The overlap of a sentence with other sentences.

    :param duplicate: Whether an earlier sentence has the same words.
    :param near: The highest Jaccard similarity of shingles with an earlier sentence that is no copy itself.
    :param leak: The highest overlap coefficient (Szymkiewicz-Simpson) of shingles with a sentence of an evaluation
        set; it is 1 if one contains the other. If the shorter one is below :data:`PHRASE`, it is the Jaccard
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

    A sentence of another split than ``train`` counts as earlier than one of ``train``; inside these, the order of the
    corpus decides. So of a test sentence and its copy in the training text, the copy is flagged. Words are those of
    :func:`words_of`. Near-duplicates are found by MinHash (Broder 1997) with 128 permutations and locality-sensitive
    hashing, so that a corpus is compared in linear time. Near the threshold a pair may be missed; pairs that are found
    are compared exactly. All leaks are found.

    :param lines: The sentences; ``None`` for one that was dropped before.
    :param evaluation: Sentences of evaluation sets, in either language.
    :param near: Similarity from which sentences are near-duplicates; ``None`` looks for exact ones only.
    :returns: One answer a sentence. A similarity with an earlier sentence below the threshold may be given as 0.

    >>> twice = [Line(split="train", texts=[["Ana", "runs", "."]]), Line(split="test", texts=[["ana", "runs"]])]
    >>> [answer.duplicate for answer in overlaps(twice)]
    [True, False]
    """
    held_out, earlier = _HeldOut(evaluation), _Index(near)
    answers = [Overlap(False, 0.0, 0.0)] * len(lines)
    order = sorted(range(len(lines)), key=lambda k: ((line := lines[k]) is not None and line.split == _LAST, k))
    for k in order:
        line = lines[k]
        if line is None:
            continue
        texts = [_read(tokens) for tokens in line.texts]
        leaked = max((held_out.nearest(text) for text in texts), default=0.0)
        duplicate, similarity = earlier.has(texts[0]), earlier.nearest(texts[0])
        answers[k] = Overlap(duplicate, similarity, leaked)
        if not duplicate and (near is None or similarity < near):
            earlier.add(texts[0])
    return answers


def words_of(tokens: Sequence[str]) -> tuple[str, ...]:
    """Return the words by which sentences are compared, whatever their encoding and tokenization.

    :param tokens: The tokens of a sentence.
    :returns: Its words in small letters, without punctuation; in scripts without spaces, its letters. If it has no
        words, its tokens. Two sentences have the same text if their joined words are equal.

    >>> words_of(["Ana", "didn't", "run", "."])
    ('ana', 'didn', 't', 'run')
    """
    # Vowel signs are not letters, but belong to words; format characters, such as the soft hyphen, do not.
    text = unicodedata.normalize("NFKC", " ".join(tokens)).casefold()
    return tuple(_word().findall("".join(c for c in text if unicodedata.category(c) != "Cf"))) or tuple(tokens)


@dataclass(frozen=True, slots=True)
class _Text:
    """The parts of a sentence that are compared."""

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
    """Sentences that must not be in a corpus: all shingles, and the sentences that have them."""

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
        # Candidates are compared exactly: too many cost a little time, too few would miss a copy.
        rule = {"threshold": threshold, "num_perm": PERMUTATIONS, "weights": (0.05, 0.95)}
        self._near = None if threshold is None else MinHashLSH(**rule)

    def add(self, text: _Text) -> None:
        """Add a new sentence."""
        self._keys.add(text.key)
        if self._near is not None:
            self._near.insert(len(self._shingles), _hashed(text.shingles))
            self._shingles.append(text.shingles)

    def has(self, text: _Text) -> bool:
        """Tell whether the same sentence was added before."""
        return text.key in self._keys

    def nearest(self, text: _Text) -> float:
        """Return the highest Jaccard similarity with a sentence here."""
        if self.has(text):
            return 1.0
        if self._near is None or not self._shingles:
            return 0.0
        mine = text.shingles
        candidates = (self._shingles[k] for k in self._near.query(_hashed(mine)))
        return max((len(mine & shingles) / len(mine | shingles) for shingles in candidates), default=0.0)


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
