"""Say what changed between two releases of a corpus: ``silverner diff BEFORE AFTER``."""

from __future__ import annotations

import argparse

from silverner.commands.shared import write_json, write_line


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument("before", help="older release: a folder, or org/name or org/name@revision on the Hub")
    parser.add_argument("after", help="newer release, written in the same way")
    parser.add_argument(
        "--endpoint", metavar="URL", help="address of the Hub (default: HF_ENDPOINT, or the public one)"
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")


def run(options: argparse.Namespace) -> None:
    """Compare two releases, and say which version number the change calls for.

    :param options: As :func:`add_options` defines them.
    :raises SilvernerError: when a release cannot be read.
    """
    from silverner.dataset_cards.release.difference import compare
    from silverner.dataset_cards.release.release import open_release

    with (
        open_release(options.before, endpoint=options.endpoint) as before,
        open_release(options.after, endpoint=options.endpoint) as after,
    ):
        difference = compare(before, after)
    if options.json:
        write_json(difference.facts())
        return
    for line in difference.lines():
        write_line(line)
    if difference.bump == "none":
        write_line("no change")
        return
    write_line(
        f"calls for a {difference.bump} version: {difference.before} -> {difference.next_version()} or later "
        f"(the newer says {difference.after})"
    )
