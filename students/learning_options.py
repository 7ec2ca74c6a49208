"""Options of the command line that say how a model learns, whatever it learns. Imports nothing heavy."""

from __future__ import annotations

import argparse
from dataclasses import fields
from typing import Any

from silverner.students.strategies.option import positive_count
from silverner.students.training_config import TRAINING_PRECISIONS, LearningSettings


def add_learning_options(
    parser: argparse.ArgumentParser, defaults: LearningSettings, *, learner: str, epochs: str, measurements: str
) -> None:
    """Add an option for every setting but the seed; one that is not given is ``None``.

    :param parser: The command.
    :param defaults: The settings that the help names as default.
    :param learner: What the help calls the model.
    :param epochs: What the help says of ``--epochs``.
    :param measurements: What the help says that ``--patience`` counts.
    """
    add = parser.add_argument
    add("--epochs", type=float, help=epochs)
    add("--rate", type=float, help=f"learning rate (default: {defaults.rate})")
    add("--batch", type=positive_count, help=f"sentences a step (default: {defaults.batch})")
    add("--at-once", type=positive_count, metavar="N", help="sentences in memory at once (default: the whole batch)")
    add(
        "--precision",
        choices=TRAINING_PRECISIONS,
        help=f"in which the {learner} computes (default: {defaults.precision})",
    )
    add("--recompute", action="store_true", default=None, help="keep fewer activations: less memory, more time")
    add("--freeze", type=int, metavar="N", help="keep embeddings and N lowest layers (default: 0)")
    add(
        "--patience",
        type=positive_count,
        metavar="N",
        help=f"stop after N {measurements} without a better one (default: {defaults.patience})",
    )


def given_settings(options: argparse.Namespace, kind: type[LearningSettings]) -> dict[str, Any]:
    """Return the settings that a command line gives.

    :param options: The parsed command line; it has an attribute for every setting.
    :param kind: The settings.
    :returns: Those that are not ``None``, by their names.
    """
    names = [field.name for field in fields(kind)]
    return {name: value for name in names if (value := getattr(options, name)) is not None}
