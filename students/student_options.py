"""The options that ``train`` and ``compare`` share, and the config of one student that they make.

Imports nothing heavy.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from silverner.projection.errors import PluginError, UsageError
from silverner.projection.spans import SCHEMES
from silverner.projection.tags.label_map import parse_label_map
from silverner.students.adapt.cli import adaptation_of_student
from silverner.students.learning_options import add_learning_options, given_settings
from silverner.students.strategies import STRATEGIES, Strategy
from silverner.students.strategies.option import positive_count, takers_of
from silverner.students.training_config import DISTANCES, PRESETS, TrainerSettings, TrainingConfig

DEFAULTS = TrainerSettings()


def add_shared_options(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
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
    add(
        "--loss", dest="distance", choices=DISTANCES, help=f"between student and teacher (default: {DEFAULTS.distance})"
    )
    add("--temperature", type=float, help=f"for --loss kl (default: {DEFAULTS.temperature})")
    epochs = f"default: {DEFAULTS.epochs}"
    add_learning_options(parser, DEFAULTS, learner="student", epochs=epochs, measurements="measurements, two an epoch,")


def _training_settings(options: argparse.Namespace, seed: int) -> TrainerSettings:
    """Take the settings of the preset, and change those that are given."""
    given = {**given_settings(options, TrainerSettings), "seed": seed}
    return replace(PRESETS[options.preset] if options.preset else DEFAULTS, **given)


def _add_strategy_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of all strategies; a strategy with a flag that means something else here cannot be used."""
    takers = takers_of(STRATEGIES.items())
    clashes: dict[str, str] = {}
    for option, names in list(takers.items()):
        try:
            option.add_to(parser, names)
        except argparse.ArgumentError:
            clashes |= dict.fromkeys(takers.pop(option), option.flag)
    parser.set_defaults(takers=takers, clashes=clashes)


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


def _file(name: str | None, language: str) -> Path | None:
    return None if name is None else Path(name.replace("{lang}", language))
