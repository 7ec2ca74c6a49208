"""Choose the best of several labellings without gold: ``silverner choose FILE ...``."""

from __future__ import annotations

import argparse
from pathlib import Path

from silverner.commands.shared import add_reading_options, request_settings, write_json, write_line
from silverner.projection.ensembling.criteria import CRITERIA


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="labels of the same sentences: CoNLL or UNER columns, or Parquet files of corpora",
    )
    parser.add_argument("--by", choices=CRITERIA, default="agreement", help="criterion (default: %(default)s)")
    parser.add_argument("--source", type=Path, metavar="FILE", help="labelled source sentences, for round-trip")
    parser.add_argument(
        "--returned",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="for every FILE, its labels projected back onto the source, for round-trip",
    )
    parser.add_argument("--gold", type=Path, metavar="FILE", help="gold entities: they are reported, never used")
    add_reading_options(parser)
    parser.add_argument("--json", action="store_true", help="print the marks as JSON")


def run(options: argparse.Namespace) -> None:
    """Rank labellings of the same sentences, and name the best.

    :param options: As :func:`add_options` defines them.
    :raises SilvernerError: when a criterion lacks a file, or a file breaks a rule.
    """
    from silverner.projection.files.variants import ChoiceRequest, choose_files

    choice = choose_files(ChoiceRequest(**request_settings(options)))
    if options.json:
        write_json(choice.facts())
    else:
        write_line(choice.table())
