"""Targets: what a student shall predict for every word of a sentence, and how much each word counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silverner.projection.ensembling.voting import decode_entities
from silverner.projection.errors import DataError
from silverner.projection.spans import tag_names, tags_from_spans

Reals = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Target:
    """The target of one sentence.

    :param tags: Number of the tag of every word, shape (words,).
    :param weights: How much every word counts, shape (words,).
    :param teacher_probabilities: Shape (words, tags); ``None`` where there is no teacher.
    :param tag_share: How much of the loss of a word compares with its tag, from 0 to 1, shape (words,).
    :param teacher_share: How much compares with its teacher, of the same shape; what ``tag_share`` leaves of 1 if left
        out.
    """

    tags: NDArray[np.int64]
    weights: Reals
    teacher_probabilities: Reals | None
    tag_share: Reals
    teacher_share: Reals | None = None


def tag_target(tags: NDArray[np.int64], weights: Reals | None = None) -> Target:
    """Make a target of tags.

    :param tags: Their numbers, shape (words,).
    :param weights: How much every word counts; all alike if left out.
    :returns: The target.
    """
    ones = np.ones(len(tags), dtype=np.float32)
    return Target(tags, ones if weights is None else weights, None, ones)


def teacher_target(probabilities: Reals) -> Target:
    """Make a target of a teacher's probabilities (arXiv 2004.12440).

    :param probabilities: Shape (words, tags).
    :returns: The target.
    """
    words = len(probabilities)
    likeliest = probabilities.argmax(axis=1).astype(np.int64)
    return Target(likeliest, np.ones(words, dtype=np.float32), probabilities, np.zeros(words, dtype=np.float32))


def agreement_target(
    tags: NDArray[np.int64], teachers: Sequence[Reals], mean: Reals, weights: Reals | None = None
) -> Target:
    """Make a target of the tags all teachers agree with, and of the teachers' probabilities elsewhere.

    :param tags: The projected tags, shape (words,).
    :param teachers: The probabilities of each teacher, shape (words, tags).
    :param mean: Their mean, of the same shape.
    :param weights: How much every word counts where its tag is learnt; all alike if left out.
    :returns: The target.
    """
    agreed = np.all([probabilities.argmax(axis=1) == tags for probabilities in teachers], axis=0)
    ones = np.ones(len(tags), dtype=np.float32)
    word_weights = np.where(agreed, ones if weights is None else weights, ones)
    return Target(tags, word_weights.astype(np.float32), mean, agreed.astype(np.float32))


def voted_target(teachers: Sequence[Reals], mean: Reals, tags: NDArray[np.int64] | None = None) -> Target:
    """Make a target of the teachers' probabilities for all words, and of the tag besides where all voters choose it.

    UniTrans: Wu et al. 2020, IJCAI. There the second part is the mean over the words with such a tag; here
    both parts are means over all words, so that a sentence weighs the same whatever batch it is in.

    :param teachers: The probabilities of each teacher, shape (words, tags); a teacher votes for its likeliest tag.
    :param mean: Their mean, of the same shape.
    :param tags: The projected tags, shape (words,), where they have a vote too.
    :returns: The target.
    """
    votes = [probabilities.argmax(axis=1) for probabilities in teachers] + ([] if tags is None else [tags])
    agreed = np.all([vote == votes[0] for vote in votes], axis=0)
    ones = np.ones(len(mean), dtype=np.float32)
    return Target(votes[0].astype(np.int64), ones, mean, agreed.astype(np.float32), ones)


def sure_target(probabilities: Reals, labels: Sequence[str], *, threshold: float, whole: bool) -> Target:
    """Make a target of the likeliest valid tags of a teacher, without those that it is not sure of.

    The confidence of an entity is the mean of its words', so that no part of an entity is left out.

    :param probabilities: Shape (words, tags).
    :param labels: The labels of the corpus.
    :param threshold: The lowest confidence of a word that counts.
    :param whole: Let all words of the sentence count, or none, by the mean of their confidences.
    :returns: The target; words that are not sure weigh 0.
    """
    number = {tag: k for k, tag in enumerate(tag_names(labels))}
    spans = decode_entities(probabilities.astype(np.float64), labels)
    tags = np.array([number[tag] for tag in tags_from_spans(spans, len(probabilities))], dtype=np.int64)
    confidence = probabilities[np.arange(len(tags)), tags].astype(np.float64)
    for span in spans:
        confidence[span.start : span.end] = confidence[span.start : span.end].mean()
    if whole:
        confidence[:] = confidence.mean()
    return tag_target(tags, (confidence >= threshold).astype(np.float32))


def check_shape(probabilities: Reals, words: int, tags: int, where: str) -> None:
    """Refuse a teacher's probabilities that are not those of a sentence.

    :param probabilities: What should have the shape (words, tags).
    :param words: Words of the sentence.
    :param tags: Tags of the corpus.
    :param where: What to call the sentence.
    :raises DataError: when the shape is another, or a row does not add up to 1.
    """
    if probabilities.shape != (words, tags):
        raise DataError(
            f"{where}: a teacher's distribution has the shape {probabilities.shape}, and the sentence has {words} "
            f"tokens with {tags} tags; build the corpus again, or name the teacher with --teacher"
        )
    sums = probabilities.sum(axis=1)
    if words and not np.allclose(sums, 1.0, atol=0.01):
        worst = int(np.abs(sums - 1).argmax())
        raise DataError(f"{where}, token {worst + 1}: a teacher's probabilities add up to {sums[worst]:.3f}, not to 1")
