"""Finds sentences that a corpus repeats, exactly or nearly, and sentences that an evaluation set holds too."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, overload

import numpy as np

from silverner.projection.text.earlier_sentences import EarlierSentences
from silverner.projection.text.held_out import HeldOutSentences
from silverner.projection.text.shingles import compared_text
from silverner.projection.text.sketches import Sketches

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
        set; it is 1 if one contains the other. If the shorter one is below
        :data:`~silverner.projection.text.shingles.PHRASE`, it is the Jaccard similarity.
    """

    duplicate: bool
    near: float
    leak: float


class Overlaps(Sequence[Overlap]):
    """The overlaps of all sentences, in the columns ``duplicate``, ``near`` and ``leak``: 17 bytes a sentence."""

    def __init__(self, leak: np.ndarray[Any, Any]) -> None:
        """Begin with sentences that repeat no earlier one.

        :param leak: The overlap of each with evaluation sets.
        """
        self.duplicate, self.near, self.leak = np.zeros(len(leak), dtype=bool), np.zeros(len(leak)), leak

    def __len__(self) -> int:
        """Count the sentences."""
        return len(self.leak)

    @overload
    def __getitem__(self, index: int) -> Overlap: ...
    @overload
    def __getitem__(self, index: slice) -> list[Overlap]: ...
    def __getitem__(self, index: int | slice) -> Overlap | list[Overlap]:
        """Return the overlap of a sentence, or of several."""
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(len(self)))]
        return Overlap(bool(self.duplicate[index]), float(self.near[index]), float(self.leak[index]))


def overlaps(
    lines: Iterable[Line | None],
    *,
    evaluation: Iterable[Sequence[str]] = (),
    near: float | None = None,
    folder: Path | None = None,
) -> Overlaps:
    """Compare every sentence with those before it, and with evaluation sets.

    A sentence of another split than ``train`` counts as earlier than one of ``train``; inside these, the order of the
    corpus decides. So of a test sentence and its copy in the training text, the copy is flagged. Words are those of
    :func:`~silverner.projection.text.shingles.words_of`. Near-duplicates are found by MinHash (Broder 1997) with 128
    permutations and locality-sensitive hashing, so that a corpus is compared in linear time. Near the threshold a pair
    may be missed; pairs that are found are compared exactly. All leaks are found.

    :param lines: The sentences, which are read once; ``None`` for one that was dropped before.
    :param evaluation: Sentences of evaluation sets, in either language.
    :param near: Similarity from which sentences are near-duplicates; ``None`` looks for exact ones only.
    :param folder: Where to make a folder for the index while it is needed; without one, where the system has such.
    :returns: One answer a sentence. A similarity with an earlier sentence below the threshold may be given as 0.

    >>> twice = [Line(split="train", texts=[["Ana", "runs", "."]]), Line(split="test", texts=[["ana", "runs"]])]
    >>> [answer.duplicate for answer in overlaps(twice)]
    [True, False]
    """
    hashing = LineHashing(evaluation, near=near)
    return compare((line if line is None else hashing.hashed(line) for line in lines), near=near, folder=folder)


class HashedLine(NamedTuple):
    """What is needed of a sentence to compare it with others of the corpus.

    :param leak: The overlap with evaluation sets.
    :param is_last: Whether its split is ``train``, which comes last.
    :param key: A hash of its words.
    :param shingles: The hashes of its shingles; none where only exact copies are looked for.
    :param bands: The hashes of the bands of its sketch, likewise.
    """

    leak: float
    is_last: bool
    key: int
    shingles: list[int]
    bands: list[int]


class LineHashing:
    """Turns sentences into hashes, each on its own, so that several processes can share a corpus."""

    def __init__(self, evaluation: Iterable[Sequence[str]], *, near: float | None) -> None:
        """Read the evaluation sets.

        :param evaluation: As :func:`overlaps` takes them.
        :param near: As :func:`overlaps` takes it.
        """
        self._held_out = HeldOutSentences(evaluation)
        self._sketches = None if near is None else Sketches(near=near)

    def hashed(self, line: Line) -> HashedLine:
        """Return the hashes of a sentence; they are the same in every process.

        :param line: The sentence.
        """
        texts = list(map(compared_text, line.texts))
        leak = max(map(self._held_out.nearest_to, texts), default=0.0)
        first, sketches = texts[0], self._sketches
        hashes = ([], []) if sketches is None else (first.hashes(), sketches.bands_of(first))
        return HashedLine(leak, line.split == _LAST, first.key, *hashes)


def compare(lines: Iterable[HashedLine | None], *, near: float | None, folder: Path | None = None) -> Overlaps:
    """Compare every sentence with those before it, see :func:`overlaps`.

    :param lines: What :class:`LineHashing` made of the sentences; ``None`` for one that was dropped before.
    :param near: As it was there.
    :param folder: As :func:`overlaps` takes it.
    :returns: One answer a sentence.
    """
    leaks, places, is_last = array("d"), array("q"), array("b")
    bands = 0 if near is None else Sketches(near=near).bands
    with (
        tempfile.TemporaryDirectory(prefix="silverner-", dir=folder) as scratch,
        EarlierSentences(Path(scratch), near=near, bands=bands) as earlier,
    ):
        for line in lines:
            leaks.append(0.0 if line is None else line.leak)
            if line is not None:
                earlier.add(line.key, line.shingles, line.bands)
                places.append(len(leaks) - 1)
                is_last.append(line.is_last)
        answers = Overlaps(np.array(leaks))
        order = np.argsort(np.array(is_last), kind="stable")
        for number, duplicate, similarity in earlier.compare(order):
            answers.duplicate[places[number]], answers.near[places[number]] = duplicate, similarity
    return answers
