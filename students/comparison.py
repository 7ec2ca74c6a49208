"""Comparison of strategies: each language, strategy and seed is a student with its own folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from silverner.projection.chain.files import write_text
from silverner.projection.errors import OutputError, UsageError, nearest
from silverner.students.corpus import read_gold
from silverner.students.evaluation import read_predictions
from silverner.students.preflight import read_inputs
from silverner.students.report.plot import plot
from silverner.students.report.table import Comparison, MeasuredStudent, comparison_lines
from silverner.students.strategies import STRATEGIES
from silverner.students.student import train_student
from silverner.students.teaching.answers import FOLDER, holds_answers_only
from silverner.students.training.trainer import Progress
from silverner.students.training_config import TrainingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonPlan:
    """The students that are to be compared.

    :param configs: The students; each needs ``test``.
    :param baseline: The strategy others are tested against.
    """

    configs: Sequence[TrainingConfig]
    baseline: str

    def __post_init__(self) -> None:
        """Refuse what cannot be compared.

        :raises UsageError: when there is no gold, or no baseline.
        """
        if any(config.test is None for config in self.configs):
            raise UsageError("students are compared on gold: give --test FILE ({lang} stands for the language)")
        strategies = list(dict.fromkeys(config.strategy.name for config in self.configs))
        if self.baseline not in strategies:
            raise UsageError(f"--baseline {self.baseline} is not compared; {nearest(self.baseline, strategies)}")


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
    plan = replace(plan, configs=[replace(one, answers=one.answers or out / FOLDER) for one in plan.configs])
    for config in {(config.language, config.strategy.name): config for config in plan.configs}.values():
        read_inputs(config)  # or the last student fails after the others have trained for hours
    students = []
    for config in plan.configs:
        folder = (
            out
            / config.language
            / config.strategy.name
            / (f"seed-{config.training.seed}" if config.is_trained else "as-it-is")
        )
        name = f"{config.language} {config.strategy.name} {config.training.seed}"
        results = train_student(config, folder, progress=progress(name) if progress else None)
        students.append(_student(config, folder, results))
    lines, runs = comparison_lines(students, plan.baseline), [student.facts for student in students]
    comparison = Comparison(rows=lines, baseline=plan.baseline, runs=runs)
    for ending, text in (("md", comparison.text()), ("json", comparison.json()), ("svg", plot(comparison))):
        write_text(out / f"comparison.{ending}", text)
    return comparison


def _refuse_other_files(out: Path) -> None:
    """Refuse a folder that holds anything but a comparison: the folder of a corpus has the same names of languages."""
    for path in sorted(out.glob("*")):
        ours = path.is_dir() and (
            holds_answers_only(path) if path.name == FOLDER else all(p.name in STRATEGIES for p in path.iterdir())
        )
        if not (ours or path.name.startswith("comparison.")):
            raise OutputError(f"{out} holds something else ({path.name}); compare in another folder with --out")


def _student(config: TrainingConfig, folder: Path, results: Mapping[str, Any]) -> MeasuredStudent:
    """Read the predictions of a finished student, and the gold."""
    assert config.test is not None
    gold = read_gold(config.test, results["corpus"]["labels"], config.reading)
    return MeasuredStudent(
        language=config.language,
        strategy=config.strategy.name,
        seed=config.training.seed,
        gold=[row.spans for row in gold],
        predicted=read_predictions(folder / "test.conll"),
        facts=results,
    )
