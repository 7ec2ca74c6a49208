"""Options and output that several commands share."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silverner.projection.errors import UsageError
from silverner.projection.spans import SCHEMES
from silverner.projection.text.display import json_text, readable

if TYPE_CHECKING:
    from silverner.projection.chain.store_url import StoreUrl
    from silverner.projection.files.reading import Reading


def write_line(text: str = "") -> None:
    """Write one line for people to standard output; control characters are escaped.

    :param text: The line, without its end.
    """
    sys.stdout.write(readable(text) + "\n")


def write_json(facts: Any) -> None:
    """Write facts to standard output as JSON, with letters of all scripts as they are.

    :param facts: What JSON can hold.
    """
    sys.stdout.write(json_text(facts) + "\n")


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
    """Add ``--store``: the folder or URL where stages keep their results.

    :param parser: The parser of the command.
    """
    from silverner.projection.chain.store_url import default_store

    try:
        default = default_store()
    except UsageError as error:
        parser.error(f"SILVERNER_CACHE: {error}")
    parser.add_argument(
        "--store",
        type=_store_place,
        default=default,
        help="folder for the results of finished stages, or a URL such as s3://BUCKET/FOLDER (default: %(default)s)",
    )


def _store_place(text: str) -> Path | StoreUrl:
    from silverner.projection.chain.store_url import read_store_place

    try:
        return read_store_place(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_out_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--out``: the file that is written.

    :param parser: The parser of the command.
    """
    parser.add_argument("--out", type=Path, metavar="FILE", help="the file to write (default: standard output)")


def write_out(text: str, out: Path | None) -> None:
    """Write a file, or standard output without one.

    :param text: The text.
    :param out: The file.
    :raises OutputError: when it cannot be written.
    """
    from silverner.projection.chain.files import write_text

    if out is None:
        sys.stdout.write(text)
    else:
        write_text(out, text)


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how labelled files are read, as the keys of a recipe do.

    :param parser: The parser of the command.
    """
    parser.add_argument(
        "--format",
        default="auto",
        help="of the labelled files: conll, uner, jsonl, parquet, ... (default: found from each file)",
    )
    parser.add_argument(
        "--scheme", choices=SCHEMES, default="auto", help="of their tags (default: found from all tags of a file)"
    )
    parser.add_argument(
        "--label-map",
        action="append",
        default=[],
        metavar="LABEL=NEW[,...]",
        help="rename labels before anything is compared; =O drops one (repeatable)",
    )
    parser.add_argument("--repair", action="store_true", help="repair invalid tag sequences instead of refusing them")


def reading_from(options: argparse.Namespace) -> Reading:
    """Return what the options of :func:`add_reading_options` say.

    :param options: The parsed command line.
    :returns: How labelled files are read.
    :raises UsageError: when the label map is none.
    """
    from silverner.projection.files.reading import Reading
    from silverner.projection.tags.label_map import parse_label_map

    return Reading(
        format=options.format,
        scheme=options.scheme,
        label_map=parse_label_map(options.label_map),
        repair=options.repair,
    )


def request_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the request of a command is made from: its own options, and those of :func:`add_reading_options`.

    :param options: The parsed command line.
    :returns: The values by name; ``reading`` stands for how labelled files are read.
    :raises UsageError: when the label map is none.
    """
    left_out = {"run", "json", "format", "scheme", "label_map", "repair"}
    own_options = {name: value for name, value in vars(options).items() if name not in left_out}
    return {"reading": reading_from(options), **own_options}
