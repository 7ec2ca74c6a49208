"""The commands ``train`` and ``compare``: their options, and what they run. Imports nothing heavy before they run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from silverner.projection.errors import UsageError
from silverner.projection.text.display import json_text, readable
from silverner.students.strategies import STRATEGIES
from silverner.students.strategies.option import refuse_options_of_others
from silverner.students.student_options import add_shared_options, config_from_options

if TYPE_CHECKING:
    from silverner.students.comparison import ComparisonPlan


def add_train(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``train``.

    :param parser: The command.
    """
    parser.add_argument("strategy", metavar="STRATEGY", help=f"one of {', '.join(STRATEGIES)}")
    parser.add_argument("--lang", metavar="CODE", required=True, help="configuration of the corpus")
    parser.add_argument("--seed", type=int, default=0, help="of head, order and dropout (default: %(default)s)")
    parser.add_argument("--out", type=Path, help="folder of the student (default: student-CODE-STRATEGY-SEED)")
    add_shared_options(parser)


def run_train(options: argparse.Namespace) -> None:
    """Train one student.

    :param options: The parsed options of ``train``.
    :raises SilvernerError: when an option cannot be meant, or the student cannot be trained.
    """
    from silverner.students.dependencies import require_student_packages, silence_libraries

    require_student_packages()
    from silverner.students.student import train_student
    from silverner.students.training.progress import ProgressBars

    silence_libraries()
    config = config_from_options(options, options.strategy, options.lang, options.seed)
    refuse_options_of_others(options, "strategy")  # a comparison has them for the strategies that take them
    name = config.strategy.name
    out = options.out or Path(f"student-{config.language}-{name}-{config.training.seed}")
    with ProgressBars() as bars:
        results = train_student(config, out, progress=bars.of(f"{config.language} {name}"))
    if options.json:
        sys.stdout.write(json_text(results) + "\n")
        return
    for kind, s in results["scores"].items():
        shares = f"precision {s['precision']:.2f}, recall {s['recall']:.2f}"
        sys.stdout.write(readable(f"{kind}: strict F1 {s['f1']:.2f}, {shares}\n"))
    sys.stdout.write(
        readable(f'Written to {out}. Use it: pipeline("token-classification", "{out}", aggregation_strategy="first")\n')
    )


def add_compare(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``compare``.

    :param parser: The command.
    """
    what = f"of {', '.join(STRATEGIES)}; or an experiment file, whose rows can differ in every option"
    parser.add_argument("strategies", metavar="STRATEGY|FILE.yaml", nargs="+", help=what)
    parser.add_argument("--lang", metavar="CODE", action="append", help="repeatable")
    parser.add_argument("--seed", type=int, action="append", help="repeatable (default: 0)")
    parser.add_argument("--baseline", metavar="STRATEGY", help="what others are tested against (default: the first)")
    parser.add_argument("--out", type=Path, default=Path("students"), help="folder (default: %(default)s)")
    add_shared_options(parser, required=False)


def run_compare(options: argparse.Namespace) -> None:
    """Train the students that are not finished, and print the table.

    :param options: The parsed options of ``compare``.
    :raises SilvernerError: when an option cannot be meant, or a student cannot be trained.
    """
    from silverner.students.dependencies import require_student_packages, silence_libraries

    require_student_packages()
    from silverner.students.comparison import compare_students
    from silverner.students.training.progress import ProgressBars

    silence_libraries()
    plan = _plan(options)
    with ProgressBars() as bars:
        comparison = compare_students(plan, options.out, progress=bars.of)
    sys.stdout.write(comparison.json() if options.json else readable(comparison.text()))
    sys.stderr.write(f"Written to {options.out}: comparison.md, comparison.json, comparison.svg\n")


def _plan(options: argparse.Namespace) -> ComparisonPlan:
    """Make the plan of an experiment file, or that of the options."""
    file = Path(options.strategies[0])
    if file.suffix not in {".yaml", ".yml"}:
        needed = ("model", "lang") if options.text else ("model", "data", "lang")
        if missing := [name for name in needed if not getattr(options, name)]:
            raise UsageError(f"compare needs --{missing[0]}, or an experiment file such as experiment.yaml")
        return plan_from_options(options)
    from silverner.students.experiment import read_experiment

    if len(options.strategies) > 1:
        raise UsageError(f"{options.strategies[1]}: an experiment file stands alone; list what it compares in its rows")
    plain = argparse.ArgumentParser()
    add_compare(plain)
    for name, value in vars(plain.parse_args(options.strategies)).items():
        if name not in {"device", "json", "out"} and getattr(options, name) != value:
            flag = {"distance": "loss"}.get(name, name).replace("_", "-")
            raise UsageError(f"--{flag} says what {file} shall say; write {flag}: there, in defaults or in a row")
    return read_experiment(file, device=options.device)


def plan_from_options(options: argparse.Namespace) -> ComparisonPlan:
    """Make the plan of a comparison: every language, strategy and seed.

    :param options: The parsed options of ``compare``.
    :returns: The plan.
    :raises UsageError: when an option cannot be meant.
    """
    from silverner.students.comparison import ComparisonPlan, PlannedStudent

    seeds = list(dict.fromkeys(options.seed or [0]))
    strategies, languages = list(dict.fromkeys(options.strategies)), list(dict.fromkeys(options.lang))
    students = [
        PlannedStudent(row=strategy, config=config)
        for language in languages
        for strategy in strategies
        for seed in seeds
        if (config := config_from_options(options, strategy, language, seed)).is_trained or seed == seeds[0]
    ]
    return ComparisonPlan(students=students, baseline=options.baseline or strategies[0])
