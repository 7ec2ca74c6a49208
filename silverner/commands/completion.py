"""Print what makes a shell complete commands and options: ``silverner completion SHELL``."""

from __future__ import annotations

import argparse
import sys

SHELLS = ("bash", "zsh", "tcsh")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument("shell", choices=SHELLS, help='for bash, run: eval "$(silverner completion bash)"')


def run(options: argparse.Namespace) -> None:
    """Print the script.

    :param options: As :func:`add_options` defines them.
    :raises MissingEngineError: when the package that writes it is not installed.
    """
    from silverner.cli import COMMANDS, parser_of
    from silverner.projection.registry import require_package

    require_package("shtab", "completion")
    import shtab

    sys.stdout.write(shtab.complete(parser_of(COMMANDS), shell=options.shell) + "\n")
