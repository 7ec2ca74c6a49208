"""Measure methods of projection on parallel sets with gold labels: ``silverner benchmark``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from silverner.commands.shared import add_store_option, positive_integer, write_json, write_line


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    _add_what_is_measured(parser)
    _add_comparison(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="write results.json, results.md, plot.png and links/ into this folder",
    )
    parser.add_argument("--list", action="store_true", help="list sets, aligners and methods, and measure nothing")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    add_store_option(parser)


def _add_what_is_measured(parser: argparse.ArgumentParser) -> None:
    """Add the options that name sets, aligners, methods and predictions."""
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        metavar="DIR",
        help="folder with the files of the sets, and *.set.yaml for sets of your own (default: the embedded corpus)",
    )
    parser.add_argument(
        "--sets", type=_names, default=[], metavar="SET[,...]", help="sets, or corpora (default: all that are there)"
    )
    parser.add_argument(
        "--aligner",
        action="append",
        default=[],
        dest="aligners",
        metavar="ENGINE",
        help="'supplied' (links that come with a set), an engine, or its keys as in a recipe: '{engine: simalign, "
        "model: FOLDER, layer: 6}'; a list '[..., ...]' combines several; NAME={...} or NAME=[...] names it "
        "(repeatable; default: supplied and eflomal)",
    )
    parser.add_argument(
        "--methods",
        type=_names,
        default=[],
        metavar="METHOD[,...]",
        help="methods, or patterns such as 'default-*' (default: the usual ones)",
    )
    parser.add_argument(
        "--predictions",
        action="append",
        default=[],
        metavar="NAME[@SET]=FILE",
        help="a row for labels of yours: the target side of a set in CoNLL columns (repeatable)",
    )
    parser.add_argument(
        "--repair", action="store_true", help="repair invalid tag sequences of predictions instead of refusing them"
    )


def _add_comparison(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how methods are compared."""
    parser.add_argument(
        "--baseline", default="default", metavar="METHOD", help="compare with this method (default: %(default)s)"
    )
    parser.add_argument(
        "--resamples",
        type=positive_integer,
        default=1000,
        metavar="N",
        help="resamples of sentences for intervals and tests (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the resamples (default: %(default)s)")
    parser.add_argument("--time", action="store_true", dest="timed", help="measure the time of every method, too")


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise argparse.ArgumentTypeError("it is empty; write names with commas between them, or leave the option out")
    return names


def run(options: argparse.Namespace) -> None:
    """Measure methods, print the table, and write the files.

    :param options: As :func:`add_options` defines them.
    :raises SilvernerError: when a name is unknown, or a file breaks a rule.
    """
    from silverner.projection.text.display import readable
    from silverner.scoreboard import BenchmarkRequest, measure
    from silverner.scoreboard.listing import listing
    from silverner.scoreboard.markdown import markdown
    from silverner.scoreboard.results import write_results

    if options.list:
        write_line(listing(options.folder))
        return
    left_out = {"run", "out", "json", "list"}
    request = BenchmarkRequest(**{name: value for name, value in vars(options).items() if name not in left_out})
    board = measure(request, report=_report)
    if options.out is not None:
        write_results(board, options.out)
    if options.json:
        write_json(board.facts())
    else:
        sys.stdout.write(readable(markdown(board)))


def _report(step: str) -> None:
    sys.stderr.write(f"silverner: {step}\n")
