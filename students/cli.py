"""The commands ``train`` and ``compare``: their options, and what they run. Imports nothing heavy before they run."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from silverner.projection.errors import PluginError, UsageError
from silverner.projection.spans import SCHEMES
from silverner.projection.tags.label_map import parse_label_map
from silverner.projection.text.display import json_text, readable
from silverner.students.adapt.cli import adaptation_of_student
from silverner.students.strategies import STRATEGIES, Option, Strategy
from silverner.students.strategies.option import positive_count
from silverner.students.training_config import (
    DISTANCES,
    PRESETS,
    TRAINING_PRECISIONS,
    TrainerSettings,
    TrainingConfig,
)

if TYPE_CHECKING:
    from silverner.students.comparison import ComparisonPlan

DEFAULTS = TrainerSettings()


def add_train(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``train``.

    :param parser: The command.
    """
    parser.add_argument("strategy", metavar="STRATEGY", help=f"one of {', '.join(STRATEGIES)}")
    parser.add_argument("--lang", metavar="CODE", required=True, help="configuration of the corpus")
    parser.add_argument("--seed", type=int, default=0, help="of head, order and dropout (default: %(default)s)")
    parser.add_argument("--out", type=Path, help="folder of the student (default: student-CODE-STRATEGY-SEED)")
    _add_shared(parser)


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
    refuse_unused_options(options)
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
    _add_shared(parser, required=False)


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


def _add_shared(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add the options of both commands, and describe the strategies."""
    add = parser.add_argument
    _add_texts(parser, required=required)
    _add_training(parser)
    add("--device", choices=["auto", "cpu", "cuda"], default="auto", help="where it computes (default: %(default)s)")
    add(
        "--answers",
        type=Path,
        metavar="FOLDER",
        help="keep here what teachers answer, for other students (default of compare: the folder teachers in --out)",
    )
    add("--json", action="store_true", help="print the results as JSON")
    _add_strategy_options(parser)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    lines = (f"  {name:<9} {strategy.summary}" for name, strategy in STRATEGIES.items())
    parser.epilog = "\n".join(["strategies, and what the student learns:", *lines])


def _add_texts(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Add the options that say what the student begins as, and what it learns and is measured on."""
    add = parser.add_argument
    add(
        "--model",
        required=required,
        help="what the student begins as: a tagger or encoder, a folder or an id on the Hub",
    )
    add("--data", help="corpus to learn from: a folder, an id on the Hub, or a labelled file")
    add(
        "--adapt",
        metavar='"METHOD [OPTIONS]"',
        help='adapt the model to the language before, by silverner adapt, as in --adapt "lapt --epochs 5"',
    )
    add("--adapt-text", metavar="FILE", help="text for --adapt (default: the target side of --data)")
    add(
        "--source",
        metavar="FILE",
        help="labelled text of the source language to learn beside it; transfer learns it alone",
    )
    add("--test", metavar="FILE", help="gold to measure with; {lang} stands for the language")
    add("--dev", metavar="FILE", help="gold to measure with during development; it chooses nothing")
    add("--dev-is-gold", action="store_true", help="let --dev decide when to stop; the results say so")
    add("--format", default="auto", help="of labelled files, such as conll (default: found from each file)")
    add("--scheme", choices=SCHEMES, default="auto", help="of their tags (default: found from all tags of a file)")
    add(
        "--label-map",
        "--map",
        metavar="LABEL=NEW[,...]",
        action="append",
        default=[],
        help="rename labels of labelled files, of teachers and of the model; =O drops one (repeatable)",
    )
    add("--split", default="train", help="split to learn from (default: %(default)s)")
    add("--without", metavar="FLAG", action="append", default=[], help="leave rows with this flag out (repeatable)")
    add(
        "--limit",
        type=positive_count,
        metavar="N",
        help="learn from a fair sample of N rows of --data; transfer: of --source",
    )
    add(
        "--overlap",
        choices=("leave-out", "keep"),
        default="leave-out",
        help="what becomes of sentences that the gold holds too (default: %(default)s)",
    )
    add("--held-out", type=float, default=0.1, metavar="SHARE", help="rows to stop by (default: %(default)s)")


def _add_training(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a student is trained; those that are not given come from the preset."""
    add = parser.add_argument
    add("--preset", choices=PRESETS, help="settings of a paper, which the options below change")
    defaults = {name: f"(default: {value})" for name, value in asdict(DEFAULTS).items()}
    add("--loss", dest="distance", choices=DISTANCES, help=f"between student and teacher {defaults['distance']}")
    add("--temperature", type=float, help=f"for --loss kl {defaults['temperature']}")
    add("--epochs", type=float, help=defaults["epochs"][1:-1])
    add("--rate", type=float, help=f"learning rate {defaults['rate']}")
    add("--batch", type=positive_count, help=f"sentences a step {defaults['batch']}")
    add("--at-once", type=positive_count, metavar="N", help="sentences in memory at once (default: the whole batch)")
    add("--precision", choices=TRAINING_PRECISIONS, help=f"in which the student computes {defaults['precision']}")
    add("--recompute", action="store_true", default=None, help="keep fewer activations: less memory, more time")
    add("--freeze", type=int, metavar="N", help="keep embeddings and N lowest layers (default: 0)")
    add(
        "--patience",
        type=positive_count,
        metavar="N",
        help=f"stop after N measurements, two an epoch, without a better one {defaults['patience']}",
    )


def _training_settings(options: argparse.Namespace, seed: int) -> TrainerSettings:
    """Take the settings of the preset, and change those that are given."""
    names = [field.name for field in fields(TrainerSettings) if field.name != "seed"]
    given = {name: value for name in names if (value := getattr(options, name)) is not None}
    return replace(PRESETS[options.preset] if options.preset else DEFAULTS, **given, seed=seed)


def _add_strategy_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of all strategies; a strategy with a flag that means something else here cannot be used."""
    takers: dict[Option, list[str]] = {}
    for name, strategy in STRATEGIES.items():
        for option in strategy.options().values():
            takers.setdefault(option, []).append(name)
    clashes: dict[str, str] = {}
    for option, names in list(takers.items()):
        try:
            option.add_to(parser, names)
        except argparse.ArgumentError:
            clashes |= dict.fromkeys(takers.pop(option), option.flag)
    parser.set_defaults(takers=takers, clashes=clashes)


def refuse_unused_options(options: argparse.Namespace) -> None:
    """Refuse options that a single student would ignore; a comparison has them for the strategies that take them.

    :raises UsageError: naming the option, and the strategies it is for.
    """
    for option, names in options.takers.items():
        if option.value_in(options) != option.default and options.strategy not in names:
            raise UsageError(
                f"the strategy {options.strategy} has no use for {option.flag}; it is for {', '.join(names)}"
            )


def config_from_options(options: argparse.Namespace, strategy: str, language: str, seed: int) -> TrainingConfig:
    """Make the config of one student.

    :param options: The parsed options of a command.
    :param strategy: The strategy.
    :param language: The language, which ``{lang}`` stands for in names of files.
    :param seed: The seed.
    :returns: The config.
    :raises UsageError: when an option cannot be meant.
    """
    if options.adapt_text and not options.adapt:
        raise UsageError("--adapt-text is the text of --adapt METHOD; give both")
    adapt_text = _file(options.adapt_text, language)
    return TrainingConfig(
        adaptation=adaptation_of_student(options.adapt, language, adapt_text) if options.adapt else None,
        strategy=_strategy_from_options(options, strategy, language),
        model=options.model,
        data=None if options.data is None else options.data.replace("{lang}", language),
        language=language,
        source=_file(options.source, language),
        split=options.split,
        test=_file(options.test, language),
        dev=_file(options.dev, language),
        dev_is_gold=options.dev_is_gold,
        label_map=parse_label_map(options.label_map),
        format=options.format,
        scheme=options.scheme,
        without_flags=tuple(options.without),
        limit=options.limit,
        overlap=options.overlap,
        held_out=options.held_out,
        device=options.device,
        answers=options.answers,
        training=_training_settings(options, seed),
    )


def _strategy_from_options(options: argparse.Namespace, name: str, language: str) -> Strategy:
    strategy = STRATEGIES.get(name)
    if name in options.clashes:
        raise PluginError(
            f"the strategy {name} declares the option {options.clashes[name]}, which is another option already "
            f"({STRATEGIES.signature(name).get('plugin', 'silverner')}); its authors must give it another name"
        )
    return strategy(**{field: option.value_in(options, language) for field, option in strategy.options().items()})


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


def _file(name: str | None, language: str) -> Path | None:
    return None if name is None else Path(name.replace("{lang}", language))
