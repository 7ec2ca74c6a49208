"""Look for faults in a corpus folder: ``silverner check FOLDER``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from silverner.commands.shared import add_reading_options, reading_from, write_json, write_line


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that silverner build wrote")
    parser.add_argument(
        "--gold",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="an evaluation set (repeatable); its labels are checked, too, if --scheme or --label-map is given",
    )
    add_reading_options(parser)
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(options: argparse.Namespace) -> None:
    """Print the faults of a folder.

    :param options: As :func:`add_options` defines them.
    :raises DataError: when the folder has a fault.
    """
    from silverner.dataset_cards.check import check_folder, programs_of
    from silverner.projection.errors import DataError
    from silverner.projection.text.display import readable

    findings = check_folder(options.folder, gold=options.gold, reading=reading_from(options))
    if options.json:
        write_json([finding.facts() for finding in findings])
    else:
        for finding in findings:
            write_line(str(finding))
    for program in programs_of(options.folder):
        sys.stderr.write(readable(f"note: {program}") + "\n")
    if findings:
        count = "1 fault" if len(findings) == 1 else f"{len(findings)} faults"
        raise DataError(f"{count} in {options.folder}; see above")
    sys.stderr.write(f"{options.folder}: no fault found\n")
