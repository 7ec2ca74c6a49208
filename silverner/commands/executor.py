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

EXECUTORS = ("local", "processes", "ray")
_MOST_GPUS = 64


def add_executor_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser of a command.

    :param parser: The parser.
    """
    parser.add_argument(
        "--executor",
        type=executor_named,
        choices=EXECUTORS,
        help="where stages run: in this process, in several, or on a Ray cluster (default: local; with --workers "
        "processes)",
    )
    parser.add_argument(
        "--workers", type=positive_integer, metavar="N", help="workers (default: 1; with --executor one per CPU or GPU)"
    )
    parser.add_argument(
        "--ray-address",
        metavar="HOST:PORT",
        help="with --executor ray: a running cluster, or auto to find it (default: a new one on this machine)",
    )
    parser.add_argument(
        "--gpus-per-worker",
        type=gpus_of,
        metavar="N",
        help="with --executor ray: GPUs of each worker, such as 1 or 0.5",
    )


def executor_named(text: str) -> str:
    """Read the name of an executor, as the ``type`` of an option.

    :param text: What the user wrote.
    :returns: The name.
    :raises argparse.ArgumentTypeError: for SLURM, which needs none.
    """
    if text.casefold() == "slurm":
        raise argparse.ArgumentTypeError(
            "SLURM needs no executor: run the same command with --store-only as an array job, see "
            "docs/pages/how-to/several-machines.md"
        )
    return text


def gpus_of(text: str) -> float:
    """Read a number of GPUs, as the ``type`` of an option.

    :param text: What the user wrote.
    :returns: The number.
    :raises argparse.ArgumentTypeError: when it is none.

    >>> gpus_of("0.5")
    0.5
    """
    try:
        gpus = float(text)
    except ValueError:
        gpus = -1.0
    if not 0 <= gpus <= _MOST_GPUS or (gpus > 1 and not gpus.is_integer()):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of GPUs: a whole number, or a part of one such as 0.5")
    return gpus


def choose_executor(options: argparse.Namespace) -> Callable[[], Executor]:
    """Choose what applies the stages; nothing is started yet.

    :param options: As :func:`add_executor_options` defines them.
    :returns: Makes the executor.
    :raises UsageError: when two options do not fit together.
    """
    from silverner.projection.chain.executors import InProcess
    from silverner.projection.chain.processes import ProcessPool
    from silverner.projection.chain.ray_pool import RayPool

    executor, workers = options.executor, options.workers
    if executor == "ray":
        return partial(RayPool, workers, address=options.ray_address, gpus_per_worker=options.gpus_per_worker or 0.0)
    for option in ("ray_address", "gpus_per_worker"):
        if (value := getattr(options, option)) is not None:
            raise UsageError(f"--{option.replace('_', '-')} {value} needs --executor ray")
    if executor == "local" and workers not in {None, 1}:
        raise UsageError(f"--workers {workers} needs --executor processes or ray; --executor local is one process")
    if executor == "processes" or (executor is None and workers not in {None, 1}):
        return partial(ProcessPool, workers or _cpus())
    return InProcess


def _cpus() -> int:
    """Count the CPUs that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
