"""From rows of a corpus to goals: what each strategy makes of labels and teachers."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from silverner.projection.errors import UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students import targets as goals
from silverner.students.corpus import Row, SilverCorpus
from silverner.students.denoise import consistency
from silverner.students.similarity import similarities
from silverner.students.targets import Goal, Reals
from silverner.students.teachers import joined, teacher
from silverner.students.training_config import Job

LOG = logging.getLogger("silverner")


def goals_of(job: Job, corpus: SilverCorpus) -> list[Goal]:
    """Set the goals of every row.

    :param job: What is to be trained.
    :param corpus: The rows; where no teacher is named, their own distributions teach.
    :returns: One goal a row.
    :raises SilvernerError: when a teacher is missing or cannot be used.
    """
    rows, tags = corpus.rows, [corpus.numbers(row) for row in corpus.rows]
    weights = [weights_of(job, row) for row in rows]
    if job.strategy == "denoise":
        trust = consistency([r.tokens for r in rows], tags, Checkpoint(name=job.model, device=job.device))
        return [goals.hard(t, w * c) for t, w, c in zip(tags, weights, trust, strict=True)]
    if not needs_teachers(job):
        return [goals.hard(t, w) for t, w in zip(tags, weights, strict=True)]
    said = taught(job, corpus)
    mean = _together(job, rows, said)
    if job.strategy in {"soft", "multi"}:
        return [goals.soft(m) for m in mean]
    return [goals.agreed(t, [teacher[k] for teacher in said], mean[k], weights[k]) for k, t in enumerate(tags)]


def needs_teachers(job: Job) -> bool:
    """Tell whether a strategy asks teachers."""
    return job.strategy in {"soft", "multi", "agree"}


def weights_of(job: Job, row: Row) -> Reals:
    """Weigh the words of a row by how sure its projection is.

    ``sentence``: all words weigh the sentence's score. ``token``: the words of an entity weigh its score, the others 1.

    :param job: What is to be trained.
    :param row: The row.
    :returns: Shape (tokens,).
    """
    found = np.ones(len(row.tokens), dtype=np.float32)
    if job.weights == "sentence":
        found[:] = row.score
    elif job.weights == "token":
        for span, sure in zip(row.spans, row.sure, strict=True):
            found[span.start : span.end] = sure
    return found


def taught(job: Job, corpus: SilverCorpus) -> list[list[Reals]]:
    """Ask the teachers.

    :param job: What is to be trained.
    :param corpus: The rows.
    :returns: For every teacher the probabilities of every row, shape (tokens, tags).
    :raises SilvernerError: when there is none, neither named nor in the corpus, or it does not fit the tokens.
    """
    if not job.teachers:
        return [published(corpus)]
    sentences = [row.tokens for row in corpus.rows]
    teachers = [teacher(name, corpus.labels, job.renamed, device=job.device) for name in job.teachers]
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
        goals.check_shape(row.soft, len(row.tokens), 1 + 2 * len(corpus.labels), f"{corpus.name}, {row.id}")
        said.append(row.soft / row.soft.sum(axis=1, keepdims=True))  # float16 rounds them to sums around 1
    return said


def _together(job: Job, rows: Sequence[Row], said: Sequence[Sequence[Reals]]) -> list[Reals]:
    """Join what the teachers say of every row."""
    if job.similarity == "avg" or job.strategy != "multi":
        return [joined([teacher[k] for teacher in said]) for k in range(len(rows))]
    checkpoint = Checkpoint(name=job.model, device=job.device)
    weights = similarities(
        checkpoint,
        job.teacher_texts,
        [row.tokens for row in rows],
        each=job.similarity == "sentence",
        seed=job.training.seed,
    )
    shares = ", ".join(f"{name} {share:.2f}" for name, share in zip(job.teachers, weights.mean(axis=0), strict=True))
    LOG.info("teachers are listened to by, in the mean: %s", shares)
    return [joined([teacher[k] for teacher in said], weights[k]) for k in range(len(rows))]
