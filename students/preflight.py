"""What a student needs before it can be trained, read and checked: nothing of it may be missed after a night's work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from silverner.students.corpus import Row, SilverCorpus, hold_out, load_corpus, read_gold
from silverner.students.similarity import read_language
from silverner.students.strategies import needs_teachers, published
from silverner.students.teachers import teacher
from silverner.students.training_config import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The text of one job.

    :param corpus: What the student learns from.
    :param gold: ``test`` and ``dev``, those that are given.
    :param source: For ``transfer``: labelled text of the source language.
    """

    corpus: SilverCorpus
    gold: Mapping[str, Sequence[Row]]
    source: Sequence[Row] | None


def read_inputs(job: Job) -> Inputs:
    """Read the text of a job, and look at everything that only its own strategy or language needs.

    :param job: What is to be trained.
    :returns: Its text.
    :raises SilvernerError: when a file is missing or broken, a label is unknown, or a strategy lacks its teacher.
    """
    corpus = load_corpus(job.data, job.language, split=job.split, without=job.without, limit=job.limit)
    gold = {k: read_gold(p, corpus.labels, job.renamed) for k, p in (("test", job.test), ("dev", job.dev)) if p}
    transfer = job.strategy == "transfer"
    source = read_gold(job.source, corpus.labels, job.renamed) if transfer and job.source is not None else None
    if needs_teachers(job):
        for name in job.teachers:
            teacher(name, corpus.labels, job.renamed, device=job.device)
        if not job.teachers:
            published(corpus)
    if job.strategy == "multi" and job.similarity != "avg":
        for path in job.teacher_texts:
            read_language(path)
    if transfer and source is None:
        teacher(job.model, corpus.labels, job.renamed, device=job.device)  # is it a tagger, with labels we know?
    elif not job.dev_is_gold:
        hold_out(corpus.rows if source is None else source, job.held_out)
    return Inputs(corpus=corpus, gold=gold, source=source)
