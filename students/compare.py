"""Comparing strategies: every language, strategy and seed is a student of its own, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.projection.chain.store import write_text
from silverner.projection.errors import OutputError, UsageError, nearest
from silverner.students.corpus import read_gold
from silverner.students.measure import read_predictions
from silverner.students.plot import plot
from silverner.students.preflight import read_inputs
from silverner.students.results import Comparison, Student, rows_of
from silverner.students.settings import STRATEGIES
from silverner.students.student import train_student
from silverner.students.trainer import Progress
from silverner.students.training_config import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be compared.

    :param jobs: The students; each needs ``test``.
    :param baseline: The strategy others are tested against.
    """

    jobs: Sequence[Job]
    baseline: str

    def __post_init__(self) -> None:
        """Refuse what cannot be compared.

        :raises UsageError: when there is no gold, or no baseline.
        """
        if any(job.test is None for job in self.jobs):
            raise UsageError("students are compared on gold: give --test FILE ({lang} stands for the language)")
        strategies = list(dict.fromkeys(job.strategy for job in self.jobs))
        if self.baseline not in strategies:
            raise UsageError(f"--baseline {self.baseline} is not compared; {nearest(self.baseline, strategies)}")


def compare_students(plan: Plan, out: Path, *, progress: Callable[[str], Progress] | None = None) -> Comparison:
    """Train all students that are not done yet, and write how they compare.

    :param plan: What is to be compared.
    :param out: Folder of all of them; the comparison is written as ``comparison.md``, ``.json`` and ``.svg``.
    :param progress: Makes the progress callback of a student.
    :returns: The comparison.
    :raises SilvernerError: whatever input, model or disk brings; students that are done are kept.
    """
    _refuse_strangers(out)
    for job in {(job.language, job.strategy): job for job in plan.jobs}.values():
        read_inputs(job)  # what the last student lacks must not show after the others have taken a night
    students = []
    for job in plan.jobs:
        folder = out / job.language / job.strategy / (f"seed-{job.training.seed}" if seeded(job) else "as-it-is")
        name = f"{job.language} {job.strategy} {job.training.seed}"
        results = train_student(job, folder, progress=progress(name) if progress else None)
        students.append(_student(job, folder, results))
    found = Comparison(rows=rows_of(students, plan.baseline), baseline=plan.baseline, runs=[s.facts for s in students])
    for ending, text in (("md", found.text()), ("json", found.json()), ("svg", plot(found))):
        write_text(out / f"comparison.{ending}", text)
    return found


def _refuse_strangers(out: Path) -> None:
    """Refuse a folder with something other than comparisons: a language's folder in a corpus has the same name."""
    for path in sorted(out.glob("*")):
        ours = path.is_dir() and all(p.name in STRATEGIES for p in path.iterdir())
        if not (ours or path.name.startswith("comparison.")):
            raise OutputError(f"{out} holds something else ({path.name}); compare in another folder with --out")


def seeded(job: Job) -> bool:
    """Tell whether a seed changes a student: the zero-shot baseline may be a model as it is."""
    return job.strategy != "transfer" or job.source is not None


def _student(job: Job, folder: Path, results: Mapping[str, Any]) -> Student:
    """Read a finished student's predictions beside the gold."""
    assert job.test is not None
    gold = read_gold(job.test, results["corpus"]["labels"], job.renamed)
    return Student(
        language=job.language,
        strategy=job.strategy,
        seed=job.training.seed,
        gold=[row.spans for row in gold],
        found=read_predictions(folder / "test.conll"),
        facts=results,
    )
