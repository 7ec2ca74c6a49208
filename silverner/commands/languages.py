"""List languages with the recipes and engines that serve them: ``silverner languages [CODE ...]``."""

from __future__ import annotations

import argparse

from silverner.commands.shared import write_json, write_line


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument("codes", metavar="CODE", nargs="*", help="only these, by any of their codes or by name")
    parser.add_argument("--json", action="store_true", help="print all facts of the table as JSON")


def run(options: argparse.Namespace) -> None:
    """Print the languages of the table, and what serves each.

    :param options: As :func:`add_options` defines them.
    :raises UsageError: when a code is not in the table.
    """
    from silverner.builders.language_support import language_support, support_table
    from silverner.projection.languages import all_languages, find_language

    rows = language_support([find_language(code) for code in options.codes] or all_languages())
    if options.json:
        write_json(rows)
    else:
        write_line(support_table(rows))
