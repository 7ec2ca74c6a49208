"""Options and output that several commands share."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any


def write_line(text: str = "") -> None:
    """Write one line to standard output.

    :param text: The line, without its end.
    """
    sys.stdout.write(text + "\n")


def write_json(facts: Any) -> None:
    """Write facts to standard output as JSON, with letters of all scripts as they are.

    :param facts: What JSON can hold.
    """
    write_line(json.dumps(facts, indent=1, ensure_ascii=False))


def positive_integer(text: str) -> int:
    """Read a whole number above 0, as the ``type`` of an option.

    :param text: What the user wrote.
    :returns: The number.
    :raises argparse.ArgumentTypeError: when it is none.

    >>> positive_integer("3")
    3
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def add_store_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--store``: the folder where stages keep their results.

    :param parser: The parser of the command.
    """
    cache = os.environ.get("SILVERNER_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "silverner")
    parser.add_argument(
        "--store",
        type=Path,
        default=Path(cache).expanduser(),
        help="folder for the results of finished stages (default: %(default)s)",
    )


def add_repair_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--repair``: mend tag sequences that break their scheme.

    :param parser: The parser of the command.
    """
    parser.add_argument("--repair", action="store_true", help="repair invalid tag sequences instead of refusing them")
