"""Prototypes: the formulas by which words correct their labels while a student learns.

They are those of GLoDe (Ding et al. 2024, arXiv 2406.01213) by its public code, which has the prototypes of ContProto
(Zhou et al. 2023, ACL, arXiv 2305.13628) and adds the neighbours. A word has soft labels. Two kinds of evidence vote
for tags: how near its vector is to the prototype of a tag, which is a moving average of the vectors of words with it,
and how many of the nearest vectors have the tag. The votes move the soft labels a little in every pass over the text.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from silverner.students.targets import Reals
from silverner.students.teaching.neighbours import unit_vectors

MOMENTUM = 0.99
"""Share of a prototype that stays when it meets a vector."""
FIRST_STABLE, LAST_STABLE = 0.95, 0.80
"""Share of the soft labels that the votes leave as it is, in the first pass with votes and after the last."""
OUTSIDE = 0
"""The number of the tag ``O``."""


def moved_prototypes(prototypes: Reals, vectors: Reals, tags: NDArray[np.int64]) -> Reals:
    """Move the prototypes of tags towards the vectors that have them, one after the other.

    :param prototypes: Shape (tags, width).
    :param vectors: Shape (words, width).
    :param tags: Shape (words,).
    :returns: Prototypes of length 1, shape (tags, width); zeros for a tag that no word has had.
    """
    moved = prototypes.copy()
    for tag in np.unique(tags):
        members = vectors[tags == tag]
        fading = MOMENTUM ** np.arange(len(members), -1, -1)  # of the prototype, and of every vector by those after it
        moved[tag] = fading[0] * prototypes[tag] + (1 - MOMENTUM) * fading[1:] @ members
    return unit_vectors(moved)


def votes(evidence: NDArray[np.floating], thresholds: NDArray[np.floating]) -> NDArray[np.float64]:
    """Let evidence vote for the tags for which it is above the threshold, and for ``O`` where it is highest there.

    :param evidence: Shape (words, tags).
    :param thresholds: Shape (tags,).
    :returns: Shape (words, tags); the votes of a word share 1, and it may have none.
    """
    chosen = evidence > thresholds
    chosen[:, OUTSIDE] |= evidence.argmax(axis=1) == OUTSIDE
    return shared(chosen.astype(np.float64))


def voted_labels(
    labels: NDArray[np.floating], first: NDArray[np.float64], second: NDArray[np.float64], *, stable: float
) -> NDArray[np.float64]:
    """Move soft labels towards two votes: ``stable * labels + (1 - stable) * votes``.

    :param labels: Shape (words, tags).
    :param first: Votes, shape (words, tags).
    :param second: Votes, of the same shape.
    :param stable: Share of the labels that stays.
    :returns: Soft labels that add up to 1; a word without votes keeps its own.
    """
    return shared(stable * labels + (1 - stable) * shared(first + second))


def shared(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """Divide every row by its sum; a row of zeros stays.

    :param rows: No number is below 0.
    :returns: The same shape.
    """
    sums = rows.sum(axis=1, keepdims=True, dtype=np.float64)
    return np.asarray(rows / np.where(sums > 0, sums, 1), dtype=np.float64)


def stable_share(passes: float, all_passes: float) -> float:
    """Return the share of soft labels that votes leave as it is.

    :param passes: Passes since the last without votes.
    :param all_passes: How many there are.
    :returns: From :data:`FIRST_STABLE` to :data:`LAST_STABLE`.

    >>> [round(stable_share(k, 9), 3) for k in (1, 9)]
    [0.933, 0.8]
    """
    return FIRST_STABLE + (LAST_STABLE - FIRST_STABLE) * min(passes / all_passes, 1.0)


class TagMeans:
    """For every tag the mean of the evidence for it, over the words that have it."""

    def __init__(self, tags: int) -> None:
        """Begin without a word.

        :param tags: How many tags there are.
        """
        self.sums, self.words = np.zeros(tags), np.zeros(tags)

    def add(self, evidence: NDArray[np.floating], tags: NDArray[np.int64]) -> None:
        """Take words in.

        :param evidence: Shape (words, tags).
        :param tags: The tag of every word, shape (words,).
        """
        for_tag = evidence[np.arange(len(tags)), tags].astype(np.float64)
        self.sums += np.bincount(tags, for_tag, len(self.sums))
        self.words += np.bincount(tags, minlength=len(self.sums))

    def means(self) -> NDArray[np.float64]:
        """Return the means; infinity for a tag that no word has, so that nothing votes for it."""
        return np.where(self.words > 0, self.sums / np.maximum(self.words, 1), np.inf)
