"""Preflight: reads and checks everything a student needs before its long training begins.

Gold is read here too, since a broken file or an unknown label must not show after hours. All that the training gets of
it are fewer rows: those whose words the gold has too are left out. The rows of the gold end with this function, and a
strategy does not even know the names of their files; they are read again when the student is finished.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from silverner.projection.errors import UsageError, nearest
from silverner.students.adapt.student_adaptation import plan_adaptation
from silverner.students.corpus import Row, SilverCorpus, hold_out, load_corpus, read_gold, read_source, sample_rows
from silverner.students.overlap import leave_out_overlap
from silverner.students.training_config import TrainingConfig

if TYPE_CHECKING:
    from silverner.students.adapt.adaptation import Adaptation


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentInputs:
    """The text of one student.

    :param corpus: What the student learns from, which the strategy chooses.
    :param adaptation: How the model is adapted before; ``None`` leaves it as it is.
    :param stop_by: Gold to stop by, where the user has allowed that; ``None`` stops by held-out rows.
    """

    corpus: SilverCorpus
    stop_by: Sequence[Row] | None
    adaptation: Adaptation | None = None


def read_all_gold(config: TrainingConfig, labels: Sequence[str]) -> dict[str, list[Row]]:
    """Read the gold of a student.

    :param config: What is to be trained.
    :param labels: The labels of the corpus.
    :returns: ``test`` and ``dev``, those that are given.
    :raises SilvernerError: when a file is missing or broken, or holds an unknown label.
    """
    files = {"test": config.test, "dev": config.dev}
    return {kind: read_gold(path, labels, config.reading) for kind, path in files.items() if path}


def read_inputs(config: TrainingConfig) -> StudentInputs:
    """Read the text of a student, and check everything that only its strategy or language needs.

    :param config: What is to be trained.
    :returns: Its text.
    :raises SilvernerError: when a file is missing or broken, a label is unknown, or a strategy lacks its teacher.
    """
    projected = corpus = _read_corpus(config)
    for label, new in config.label_map.items():
        if new not in (None, "O", *corpus.labels):
            raise UsageError(
                f"--label-map {label}={new}: {corpus.name} has no such label; {nearest(str(new), corpus.labels)}"
            )
    gold = read_all_gold(config, corpus.labels)
    stop_by = gold["dev"] if config.dev_is_gold else None
    if config.source is not None:
        corpus = replace(corpus, source_rows=read_source(config.source, corpus.labels, config.reading))
    corpus = config.strategy.training_corpus(config.without_gold, corpus)
    sentences = [row for side in gold.values() for row in side]
    if config.is_trained and gold:
        corpus = leave_out_overlap(corpus, sentences, keep=config.overlap == "keep")
    corpus = sample_rows(corpus, config.limit)
    config.strategy.preflight(config.without_gold, corpus)
    if config.is_trained and not config.dev_is_gold:
        hold_out(corpus.rows or corpus.source_rows, config.held_out)
    adaptation = plan_adaptation(config, config.adaptation, projected, sentences) if config.adaptation else None
    return StudentInputs(corpus=corpus, stop_by=stop_by, adaptation=adaptation)


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
