"""From rows of a corpus to targets: what each strategy makes of labels and teachers."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from silverner.projection.errors import UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students import targets
from silverner.students.corpus import Row, SilverCorpus
from silverner.students.targets import Reals, Target
from silverner.students.teaching.label_consistency import consistency
from silverner.students.teaching.language_similarity import similarities
from silverner.students.teaching.teachers import joined, teacher
from silverner.students.training_config import TrainingConfig

LOG = logging.getLogger("silverner")


def targets_of(config: TrainingConfig, corpus: SilverCorpus) -> list[Target]:
    """Set the targets of every row.

    :param config: What is to be trained.
    :param corpus: The rows; where no teacher is named, their own distributions teach.
    :returns: One target a row.
    :raises SilvernerError: when a teacher is missing or cannot be used.
    """
    rows, tags = corpus.rows, [corpus.numbers(row) for row in corpus.rows]
    weights = [weights_of(config, row) for row in rows]
    if config.strategy == "denoise":
        trust = consistency([r.tokens for r in rows], tags, Checkpoint(name=config.model, device=config.device))
        return [targets.hard(t, w * c) for t, w, c in zip(tags, weights, trust, strict=True)]
    if not needs_teachers(config):
        return [targets.hard(t, w) for t, w in zip(tags, weights, strict=True)]
    said = taught(config, corpus)
    mean = _together(config, rows, said)
    if config.strategy in {"soft", "multi"}:
        return [targets.soft(m) for m in mean]
    return [targets.agreed(t, [teacher[k] for teacher in said], mean[k], weights[k]) for k, t in enumerate(tags)]


def needs_teachers(config: TrainingConfig) -> bool:
    """Tell whether a strategy asks teachers."""
    return config.strategy in {"soft", "multi", "agree"}


def weights_of(config: TrainingConfig, row: Row) -> Reals:
    """Weigh the words of a row by how sure its projection is.

    ``sentence``: all words weigh the sentence's score. ``token``: the words of an entity weigh its score, the others 1.

    :param config: What is to be trained.
    :param row: The row.
    :returns: Shape (tokens,).
    """
    found = np.ones(len(row.tokens), dtype=np.float32)
    if config.weights == "sentence":
        found[:] = row.score
    elif config.weights == "token":
        for span, sure in zip(row.spans, row.sure, strict=True):
            found[span.start : span.end] = sure
    return found


def taught(config: TrainingConfig, corpus: SilverCorpus) -> list[list[Reals]]:
    """Ask the teachers.

    :param config: What is to be trained.
    :param corpus: The rows.
    :returns: For every teacher the probabilities of every row, shape (tokens, tags).
    :raises SilvernerError: when there is none, neither named nor in the corpus, or it does not fit the tokens.
    """
    if not config.teachers:
        return [published(corpus)]
    sentences = [row.tokens for row in corpus.rows]
    teachers = [teacher(name, corpus.labels, config.renamed, device=config.device) for name in config.teachers]
    return [t.probabilities(sentences) for t in teachers]


def published(corpus: SilverCorpus) -> list[Reals]:
    """Take what a teacher said when the corpus was built.

    :param corpus: The rows.
    :returns: Its probabilities, shape (tokens, tags) each.
    :raises UsageError: when the corpus has none.
    :raises DataError: when they do not fit its tokens.
    """
    said = []
    for row in corpus.rows:
        if row.soft is None:
            raise UsageError(
                f"the corpus {corpus.name} has no column 'distribution', so it teaches nothing softly; name a teacher "
                "with --teacher MODEL, or build it with teachers:"
            )
        targets.check_shape(row.soft, len(row.tokens), 1 + 2 * len(corpus.labels), f"{corpus.name}, {row.id}")
        said.append(row.soft / row.soft.sum(axis=1, keepdims=True))  # float16 rounds them to sums around 1
    return said


def _together(config: TrainingConfig, rows: Sequence[Row], said: Sequence[Sequence[Reals]]) -> list[Reals]:
    """Join what the teachers say of every row."""
    if config.similarity == "avg" or config.strategy != "multi":
        return [joined([teacher[k] for teacher in said]) for k in range(len(rows))]
    checkpoint = Checkpoint(name=config.model, device=config.device)
    weights = similarities(
        checkpoint,
        config.teacher_texts,
        [row.tokens for row in rows],
        each=config.similarity == "sentence",
        seed=config.training.seed,
    )
    shares = ", ".join(f"{name} {share:.2f}" for name, share in zip(config.teachers, weights.mean(axis=0), strict=True))
    LOG.info("teachers are listened to by, in the mean: %s", shares)
    return [joined([teacher[k] for teacher in said], weights[k]) for k in range(len(rows))]
