"""What a student shall say of every word of a sentence, and how much that matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silverner.projection.errors import DataError

Reals = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Target:
    """The target of one sentence.

    :param tags: Number of the tag of every word, shape (words,).
    :param weights: How much every word counts, shape (words,).
    :param soft: A teacher's probabilities, shape (words, tags); ``None`` where there is no teacher.
    :param hardness: For every word how much of it is the tag (1) and how much the teacher (0), shape (words,).
    """

    tags: NDArray[np.int64]
    weights: Reals
    soft: Reals | None
    hardness: Reals


def hard(tags: NDArray[np.int64], weights: Reals | None = None) -> Target:
    """Learn tags.

    :param tags: Their numbers, shape (words,).
    :param weights: How much every word counts; all alike if left out.
    :returns: The target.
    """
    ones = np.ones(len(tags), dtype=np.float32)
    return Target(tags, ones if weights is None else weights, None, ones)


def soft(probabilities: Reals) -> Target:
    """Learn what a teacher says (arXiv 2004.12440).

    :param probabilities: Shape (words, tags).
    :returns: The target.
    """
    words = len(probabilities)
    chosen = probabilities.argmax(axis=1).astype(np.int64)
    return Target(chosen, np.ones(words, dtype=np.float32), probabilities, np.zeros(words, dtype=np.float32))


def agreed(tags: NDArray[np.int64], teachers: Sequence[Reals], mean: Reals, weights: Reals | None = None) -> Target:
    """Learn tags where all teachers say the same, and what teachers say elsewhere (UniTrans: Wu et al. 2020, IJCAI).

    :param tags: The projected tags, shape (words,).
    :param teachers: The probabilities of each teacher, shape (words, tags).
    :param mean: What they say together, of the same shape.
    :param weights: How much every word counts where tags are learnt; all alike if left out.
    :returns: The target.
    """
    same = np.all([given.argmax(axis=1) == tags for given in teachers], axis=0)
    ones = np.ones(len(tags), dtype=np.float32)
    trust = np.where(same, ones if weights is None else weights, ones)
    return Target(tags, trust.astype(np.float32), mean, same.astype(np.float32))


def check_shape(probabilities: Reals, words: int, tags: int, where: str) -> None:
    """Refuse a teacher's probabilities that are not those of a sentence.

    :param probabilities: What should have the shape (words, tags).
    :param words: Words of the sentence.
    :param tags: Tags of the corpus.
    :param where: What to call the sentence.
    :raises DataError: when the shape is another, or a row is no distribution.
    """
    if probabilities.shape != (words, tags):
        raise DataError(
            f"{where}: a teacher's distribution has the shape {probabilities.shape}, and the sentence {words} tokens "
            f"with {tags} tags; build the corpus again, or name the teacher with --teacher"
        )
    sums = probabilities.sum(axis=1)
    if words and not np.allclose(sums, 1.0, atol=0.01):
        worst = int(np.abs(sums - 1).argmax())
        raise DataError(f"{where}, token {worst + 1}: a teacher's probabilities add up to {sums[worst]:.3f}, not to 1")
