"""Comparing strategies: every language, strategy and seed is a student of its own, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.projection.chain.store import write_text
from silverner.projection.errors import OutputError, UsageError, nearest
from silverner.students.corpus import read_gold
from silverner.students.evaluation import read_predictions
from silverner.students.preflight import read_inputs
from silverner.students.report.plot import plot
from silverner.students.report.table import Comparison, Student, rows_of
from silverner.students.settings import STRATEGIES
from silverner.students.student import train_student
from silverner.students.training.trainer import Progress
from silverner.students.training_config import TrainingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be compared.

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
        strategies = list(dict.fromkeys(config.strategy for config in self.configs))
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
    for config in {(config.language, config.strategy): config for config in plan.configs}.values():
        read_inputs(config)  # what the last student lacks must not show after the others have taken a night
    students = []
    for config in plan.configs:
        folder = (
            out / config.language / config.strategy / (f"seed-{config.training.seed}" if seeded(config) else "as-it-is")
        )
        name = f"{config.language} {config.strategy} {config.training.seed}"
        results = train_student(config, folder, progress=progress(name) if progress else None)
        students.append(_student(config, folder, results))
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


def seeded(config: TrainingConfig) -> bool:
    """Tell whether a seed changes a student: the zero-shot baseline may be a model as it is."""
    return config.strategy != "transfer" or config.source is not None


def _student(config: TrainingConfig, folder: Path, results: Mapping[str, Any]) -> Student:
    """Read a finished student's predictions beside the gold."""
    assert config.test is not None
    gold = read_gold(config.test, results["corpus"]["labels"], config.renamed)
    return Student(
        language=config.language,
        strategy=config.strategy,
        seed=config.training.seed,
        gold=[row.spans for row in gold],
        found=read_predictions(folder / "test.conll"),
        facts=results,
    )
