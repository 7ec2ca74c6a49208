"""Teachers: taggers whose probabilities a student learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from silverner.projection.errors import UsageError
from silverner.projection.labelling import Tagger
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.corpus import SilverCorpus
from silverner.students.targets import Reals, check_shape


def load_teacher(
    name: str, labels: Sequence[str], label_map: Mapping[str, str | None], *, device: str = "auto"
) -> Tagger:
    """Load a teacher, and check that its labels are those of the corpus.

    :param name: A token-classification model: a folder, or an id on the Hub.
    :param labels: The labels of the corpus.
    :param label_map: Other names for the model's labels; ``None`` or ``O`` drops one.
    :param device: ``auto``, ``cpu`` or ``cuda``.
    :returns: The teacher.
    :raises SilvernerError: when it cannot be loaded, or has a label that the corpus does not have.
    """
    checkpoint = Checkpoint(name=name, device=device)  # type: ignore[arg-type]  # any str; Checkpoint checks it
    tagger = Tagger(checkpoint, labels=labels, label_map=label_map)
    tagger.check()
    return tagger


def published_probabilities(corpus: SilverCorpus) -> list[Reals]:
    """Read a teacher's probabilities from the corpus, where they were published when it was built.

    :param corpus: The rows.
    :returns: Shape (tokens, tags) for each.
    :raises UsageError: when the corpus has none.
    :raises DataError: when they do not fit its tokens.
    """
    probabilities = []
    for row in corpus.rows:
        published = row.teacher_probabilities
        if published is None:
            raise UsageError(
                f"the corpus {corpus.name} has no column 'distribution', so it has no teacher's probabilities; name a "
                "teacher with --teacher MODEL, or build the corpus with teachers:"
            )
        check_shape(published, len(row.tokens), 1 + 2 * len(corpus.labels), f"{corpus.name}, {row.id}")
        probabilities.append(published / published.sum(axis=1, keepdims=True))  # float16 rounds them to sums around 1
    return probabilities


def mixed_probabilities(teachers: Sequence[Reals], weights: NDArray[np.floating] | None = None) -> Reals:
    """Mix the probabilities of several teachers for one sentence: ``sum(w_k * p_k)`` (arXiv 2004.12440).

    :param teachers: The probabilities of each, shape (words, tags).
    :param weights: The weight of each; they add up to 1. All alike if left out.
    :returns: The mixture, of the same shape.
    """
    stacked = np.stack(teachers)
    shares = np.full(len(stacked), 1 / len(stacked)) if weights is None else weights
    return np.tensordot(shares, stacked.astype(np.float64), axes=1).astype(np.float32)
