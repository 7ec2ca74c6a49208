"""The options that say where the stages of a build run."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from silverner.commands.shared import positive_integer
from silverner.projection.errors import UsageError

if TYPE_CHECKING:
    from silverner.projection.chain.executors import Executor

EXECUTORS = ("local", "processes")


def add_executor_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser of a command.

    :param parser: The parser.
    """
    parser.add_argument(
        "--executor",
        choices=EXECUTORS,
        help="where stages run: in this process, or in several (default: local; with --workers processes)",
    )
    parser.add_argument(
        "--workers",
        type=positive_integer,
        metavar="N",
        help="workers (default: 1; with --executor processes one per CPU)",
    )


def choose_executor(options: argparse.Namespace) -> Callable[[], Executor]:
    """Choose what applies the stages; nothing is started yet.

    :param options: As :func:`add_executor_options` defines them.
    :returns: Makes the executor.
    :raises UsageError: when two options do not fit together.
    """
    from silverner.projection.chain.executors import InProcess
    from silverner.projection.chain.processes import ProcessPool

    executor, workers = options.executor, options.workers
    if executor == "local" and workers not in {None, 1}:
        raise UsageError(f"--workers {workers} needs --executor processes; --executor local is one process")
    if executor == "processes" or (executor is None and workers not in {None, 1}):
        return partial(ProcessPool, workers or _cpus())
    return InProcess


def _cpus() -> int:
    """Count the CPUs that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
