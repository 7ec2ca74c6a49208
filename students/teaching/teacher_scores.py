"""Scores of teachers: on gold, and against the projected labels of the text they teach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from silverner.projection.metrics import evaluate_spans
from silverner.students.corpus import Row, SilverCorpus
from silverner.students.provenance import short_name
from silverner.students.report.details import TeacherLine
from silverner.students.strategies.shared import HasTeachers
from silverner.students.targets import Reals
from silverner.students.teaching.revision import spans_from_probabilities
from silverner.students.training_config import TrainingConfig


def teacher_scores(config: TrainingConfig, corpus: SilverCorpus, gold: Sequence[Row]) -> list[TeacherLine]:
    """Score the teachers that a student names; what they said of its text is not asked again.

    :param config: The student.
    :param corpus: What it learnt.
    :param gold: The test set.
    :returns: One line a teacher; none for a strategy without teachers.
    """
    strategy = config.strategy
    if not isinstance(strategy, HasTeachers) or not strategy.teachers:
        return []
    is_projected = config.data is not None and strategy.text_file is None
    of_gold = strategy.teacher_probabilities(config, replace(corpus, rows=gold))
    of_corpus = strategy.teacher_probabilities(config, corpus)
    return [
        TeacherLine(
            language=config.language,
            teacher=short_name(name),
            f1=_f1(gold, test, corpus.labels),
            agreement=_f1(corpus.rows, learnt, corpus.labels) if is_projected else None,
            sentences=len(corpus.rows),
        )
        for name, test, learnt in zip(strategy.teachers, of_gold, of_corpus, strict=True)
    ]


def _f1(rows: Sequence[Row], probabilities: Sequence[Reals], labels: Sequence[str]) -> float:
    predicted = [spans_from_probabilities(one, labels) for one in probabilities]
    return evaluate_spans([row.spans for row in rows], predicted).overall.f1
