"""Combination: the projection of a sentence and what teachers say of it, as one distribution a word.

Translated training text and a model that reads the target language err in different places, so their mean is better
than either (arXiv 2505.10507, which averages the probabilities of a student and of a projection).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from silverner.projection.ensembling.voting import decode_entities, tag_probabilities
from silverner.projection.spans import tag_names, tags_from_spans
from silverner.students.corpus import Row
from silverner.students.targets import Reals, Target, tag_target

READS_THE_LANGUAGE = 0.6
"""Agreement with the projection from which a teacher can be believed.

It was 0.69 and 0.72 in Swahili and Croatian, which our tagger reads, and 0.52 in Zulu, which it hardly reads."""


def projected_probabilities(row: Row, labels: Sequence[str]) -> Reals:
    """Write the projection of a row as probabilities: the words of an entity have its confidence, and ``O`` the rest.

    :param row: The row.
    :param labels: The labels of the corpus.
    :returns: Shape (tokens, tags).
    """
    return tag_probabilities(row.spans, row.confidences, len(row.tokens), labels).astype(np.float32)


def agreement(projected: Sequence[Reals], taught: Sequence[Reals]) -> float:
    """Measure how far projection and teacher agree on what is an entity: the F1 of probabilities, where O is nothing.

    For words w and tags t other than O it is ``2 * sum(min(p_wt, q_wt)) / sum(p_wt + q_wt)``; of tags that are certain
    it is the F1 of words.

    :param projected: The probabilities of the projection for every row.
    :param taught: Those of the teacher.
    :returns: From 0 to 1; 0 where nothing is an entity.
    """
    p, q = (np.concatenate([row[:, 1:] for row in rows]).astype(np.float64) for rows in (projected, taught))
    both = float((p + q).sum())
    return 2 * float(np.minimum(p, q).sum()) / both if both else 0.0


def automatic_share(agreed: float) -> float:
    """Choose the weight of teachers by their agreement with the projection.

    The projection is certain of its O, so with a weight above a half, and only then, a teacher adds entities that the
    projection lost. One that reads the language should; one that does not should add none.

    :param agreed: What :func:`agreement` returns.
    :returns: The weight, from 0 to 1.

    >>> automatic_share(0.7), automatic_share(0.5)
    (0.7, 0.25)
    """
    return agreed if agreed >= READS_THE_LANGUAGE else agreed**2


def elected_target(combined: Reals, labels: Sequence[str]) -> Target:
    """Make a target of the likeliest valid tags, each of which weighs its probability.

    :param combined: Shape (tokens, tags).
    :param labels: The labels of the corpus.
    :returns: The target.
    """
    number = {tag: k for k, tag in enumerate(tag_names(labels))}
    tags = tags_from_spans(decode_entities(combined.astype(np.float64), labels), len(combined))
    numbers = np.array([number[tag] for tag in tags], dtype=np.int64)
    return tag_target(numbers, combined[np.arange(len(numbers)), numbers])
