"""List the shipped recipes: ``silverner recipes``."""

from __future__ import annotations

import argparse

from silverner.commands.shared import write_json, write_line


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument("--json", action="store_true", help="print the list as JSON")


def run(options: argparse.Namespace) -> None:
    """Print the shipped recipes, and what each needs.

    :param options: As :func:`add_options` defines them.
    """
    from silverner.builders.recipe_list import recipe_list, recipe_table

    rows = recipe_list()
    if options.json:
        write_json(rows)
    else:
        write_line(recipe_table(rows))
        write_line("\nSee what one would do: silverner build NAME --dry-run")
