"""Comparison of students: each language, row and seed is a student with its own folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from silverner.projection.chain.files import write_text
from silverner.projection.errors import OutputError, UsageError, nearest
from silverner.students.corpus import read_gold
from silverner.students.evaluation import read_predictions
from silverner.students.preflight import read_all_gold, read_inputs
from silverner.students.provenance import short_name
from silverner.students.report.details import TeacherLine
from silverner.students.report.plot import plot
from silverner.students.report.table import Comparison, MeasuredStudent, comparison_lines
from silverner.students.strategies.shared import HasTeachers
from silverner.students.student import train_student
from silverner.students.teaching.answers import FOLDER, holds_answers_only
from silverner.students.teaching.teacher_scores import teacher_scores
from silverner.students.training.trainer import Progress
from silverner.students.training_config import TrainingConfig

_STUDENT_FOLDER = re.compile(r"seed-\d+|as-it-is")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStudent:
    """A student that is to be compared.

    :param row: The row of the table that it belongs to, with the students of other seeds; it names their folder.
    :param config: What is to be trained.
    :param curve: The learning curve that the row is a point of.
    """

    row: str
    config: TrainingConfig
    curve: str | None = None

    @property
    def folder(self) -> Path:
        """Where it lies in the folder of the comparison."""
        seed = f"seed-{self.config.training.seed}" if self.config.is_trained else "as-it-is"
        return Path(self.config.language, self.row, seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonPlan:
    """The students that are to be compared.

    :param students: The students; each needs ``test``.
    :param baseline: The row that others are tested against.
    """

    students: Sequence[PlannedStudent]
    baseline: str

    def __post_init__(self) -> None:
        """Refuse what cannot be compared.

        :raises UsageError: when there is no gold, or no baseline.
        """
        if any(student.config.test is None for student in self.students):
            raise UsageError("students are compared on gold: give --test FILE ({lang} stands for the language)")
        rows = list(dict.fromkeys(student.row for student in self.students))
        if self.baseline not in rows:
            raise UsageError(f"--baseline {self.baseline} is not compared; {nearest(self.baseline, rows)}")


def compare_students(
    plan: ComparisonPlan, out: Path, *, progress: Callable[[str], Progress] | None = None
) -> Comparison:
    """Train all students that are not finished, and write how they compare.

    :param plan: What is to be compared.
    :param out: Folder of all of them; the comparison is written as ``comparison.md``, ``.json`` and ``.svg``.
    :param progress: Makes the progress callback of a student.
    :returns: The comparison.
    :raises SilvernerError: when an input or a model cannot be used, or the disk is full; finished students stay.
    """
    _refuse_other_files(out)
    planned = [
        replace(one, config=replace(one.config, answers=one.config.answers or out / FOLDER)) for one in plan.students
    ]
    for student in {(student.config.language, student.row): student for student in planned}.values():
        read_inputs(student.config)  # or the last student fails after the others have trained for hours
    students = []
    for student in planned:
        name = f"{student.config.language} {student.row} {student.config.training.seed}"
        results = train_student(student.config, out / student.folder, progress=progress(name) if progress else None)
        students.append(_measured(student, out / student.folder, results))
    lines, runs = comparison_lines(students, plan.baseline), [student.facts for student in students]
    comparison = Comparison(rows=lines, baseline=plan.baseline, runs=runs, teachers=_teachers(planned))
    for ending, text in (("md", comparison.text()), ("json", comparison.json()), ("svg", plot(comparison))):
        write_text(out / f"comparison.{ending}", text)
    return comparison


def _teachers(planned: Sequence[PlannedStudent]) -> list[TeacherLine]:
    """Score every teacher of every language once, with the first student that names it."""
    lines: dict[tuple[str, str], TeacherLine] = {}
    for student in {(one.config.language, one.config.strategy): one for one in planned}.values():
        config = student.config
        names = config.strategy.teachers if isinstance(config.strategy, HasTeachers) else ()
        if all((config.language, short_name(name)) in lines for name in names):
            continue
        corpus = read_inputs(config).corpus
        for line in teacher_scores(config, corpus, read_all_gold(config, corpus.labels)["test"]):
            lines.setdefault((line.language, line.teacher), line)
    return list(lines.values())


def _refuse_other_files(out: Path) -> None:
    """Refuse a folder that holds anything but a comparison: the folder of a corpus has the same names of languages."""
    for path in sorted(out.glob("*")):
        ours = path.is_dir() and (holds_answers_only(path) if path.name == FOLDER else _holds_students_only(path))
        if not (ours or path.name.startswith("comparison.")):
            raise OutputError(f"{out} holds something else ({path.name}); compare in another folder with --out")


def _holds_students_only(language: Path) -> bool:
    """Tell whether a folder has the shape of that of a language: rows, and in these students."""
    rows = list(language.iterdir())
    return all(row.is_dir() and all(_STUDENT_FOLDER.fullmatch(one.name) for one in row.iterdir()) for row in rows)


def _measured(student: PlannedStudent, folder: Path, results: Mapping[str, Any]) -> MeasuredStudent:
    """Read the predictions of a finished student, and the gold."""
    config = student.config
    assert config.test is not None
    gold = read_gold(config.test, results["corpus"]["labels"], config.reading)
    return MeasuredStudent(
        language=config.language,
        row=student.row,
        curve=student.curve,
        seed=config.training.seed,
        gold=[row.spans for row in gold],
        predicted=read_predictions(folder / "test.conll"),
        facts=results,
    )
