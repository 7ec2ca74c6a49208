"""From the options of a command to configs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from silverner.projection.errors import UsageError
from silverner.students.comparison import Plan, seeded
from silverner.students.settings import Training
from silverner.students.training_config import TrainingConfig


def config_of(options: argparse.Namespace, strategy: str, language: str, seed: int) -> TrainingConfig:
    """Make a config of options.

    :param options: As the commands of :mod:`silverner.students.cli` have them parsed.
    :param strategy: The strategy.
    :param language: The language, which ``{lang}`` stands for in names of files.
    :param seed: The seed.
    :returns: The config.
    :raises UsageError: when an option cannot be meant, or a file is not there.
    """
    given: Any = strategy
    training = Training(
        epochs=options.epochs,
        rate=options.rate,
        batch=options.batch,
        patience=options.patience,
        freeze=options.freeze,
        distance=options.loss,
        temperature=options.temperature,
        seed=seed,
    )
    return TrainingConfig(
        strategy=given,
        model=options.model,
        data=options.data.replace("{lang}", language),
        language=language,
        split=options.split,
        teachers=tuple(options.teacher),
        teacher_texts=tuple(map(Path, options.teacher_text)),
        similarity=options.similarity,
        source=options.source,
        test=_file(options.test, language),
        dev=_file(options.dev, language),
        dev_is_gold=options.dev_is_gold,
        renamed=_renamed(options.map),
        without=tuple(options.without),
        limit=options.limit,
        weights=options.weights,
        held_out=options.held_out,
        rounds=options.rounds,
        device=options.device,
        training=training,
    )


def check_used(config: TrainingConfig) -> TrainingConfig:
    """Refuse options that a single student would not heed; a comparison has them for those that do.

    :param config: The config.
    :returns: The same config.
    :raises UsageError: naming the option, and the strategies it is for.
    """
    uses = {
        "--teacher": (bool(config.teachers), ("soft", "multi", "agree")),
        "--teacher-text": (bool(config.teacher_texts), ("multi",)),
        "--similarity": (config.similarity != "avg", ("multi",)),
        "--source": (config.source is not None, ("transfer",)),
        "--weights": (config.weights != "none", ("hard", "agree", "denoise", "loop")),
    }
    for option, (given, strategies) in uses.items():
        if given and config.strategy not in strategies:
            raise UsageError(
                f"the strategy {config.strategy} has no use for {option}; it is for {', '.join(strategies)}"
            )
    return config


def plan_of(options: argparse.Namespace) -> Plan:
    """Make the plan of a comparison of options: every language, strategy and seed.

    :param options: As the command ``compare`` has them parsed.
    :returns: The plan.
    :raises UsageError: when an option cannot be meant.
    """
    seeds = list(dict.fromkeys(options.seed or [0]))
    strategies, languages = list(dict.fromkeys(options.strategies)), list(dict.fromkeys(options.lang))
    configs = [
        config
        for language in languages
        for strategy in strategies
        for seed in seeds
        if seeded(config := config_of(options, strategy, language, seed)) or seed == seeds[0]
    ]
    return Plan(configs=configs, baseline=options.baseline or strategies[0])


def _file(name: str | None, language: str) -> Path | None:
    return None if name is None else Path(name.replace("{lang}", language))


def _renamed(given: Sequence[str]) -> dict[str, str | None]:
    pairs = {}
    for pair in given:
        old, equals, new = pair.partition("=")
        if not (old and equals and new):
            raise UsageError(f"--map {pair!r} is not LABEL=NEW, such as MISC=O")
        pairs[old] = None if new == "O" else new
    return pairs
