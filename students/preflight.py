"""Preflight: reads and checks everything a student needs before its long training begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from silverner.projection.errors import UsageError, nearest
from silverner.students.corpus import Row, SilverCorpus, hold_out, load_corpus, read_gold, read_source, sample_rows
from silverner.students.overlap import leave_out_overlap
from silverner.students.training_config import TrainingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentInputs:
    """The text of one student.

    :param corpus: What the student learns from, which the strategy chooses.
    :param gold: ``test`` and ``dev``, those that are given.
    """

    corpus: SilverCorpus
    gold: Mapping[str, Sequence[Row]]


def read_inputs(config: TrainingConfig) -> StudentInputs:
    """Read the text of a student, and check everything that only its strategy or language needs.

    :param config: What is to be trained.
    :returns: Its text.
    :raises SilvernerError: when a file is missing or broken, a label is unknown, or a strategy lacks its teacher.
    """
    corpus = _read_corpus(config)
    for label, new in config.label_map.items():
        if new not in (None, "O", *corpus.labels):
            raise UsageError(
                f"--label-map {label}={new}: {corpus.name} has no such label; {nearest(str(new), corpus.labels)}"
            )
    files = {"test": config.test, "dev": config.dev}
    gold = {kind: read_gold(path, corpus.labels, config.reading) for kind, path in files.items() if path}
    if config.source is not None:
        corpus = replace(corpus, source_rows=read_source(config.source, corpus.labels, config.reading))
    corpus = config.strategy.training_corpus(config, corpus)
    if config.is_trained and gold:
        sentences = [row for side in gold.values() for row in side]
        corpus = leave_out_overlap(corpus, sentences, keep=config.overlap == "keep")
    corpus = sample_rows(corpus, config.limit)
    config.strategy.preflight(config, corpus)
    if config.is_trained and not config.dev_is_gold:
        hold_out(corpus.rows or corpus.source_rows, config.held_out)
    return StudentInputs(corpus=corpus, gold=gold)


def _read_corpus(config: TrainingConfig) -> SilverCorpus:
    """Read the corpus; where there is none, take the labels from the teachers."""
    if config.data is None:
        labels = config.strategy.labels_without_corpus(config)
        return SilverCorpus(name="the teachers", labels=labels, rows=())
    return load_corpus(
        config.data,
        config.language,
        split=config.split,
        without_flags=config.without_flags,
        reading=config.reading,
    )
