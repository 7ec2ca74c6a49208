"""Build the embedded corpus and show it: ``silverner quickstart``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silverner.commands.build import build_with_progress, corpus_facts
from silverner.commands.shared import add_store_option, write_json, write_line

if TYPE_CHECKING:
    from silverner.dataset_cards.facts import LanguageFacts


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument(
        "--out", type=Path, default=Path("silver-quickstart"), help="folder to write (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")
    add_store_option(parser)


def run(options: argparse.Namespace) -> None:
    """Build the embedded corpus, load it back, and show what came out.

    :param options: As :func:`add_options` defines them.
    :raises SilvernerError: when the build fails.
    """
    from silverner.builders.build import BuildOptions
    from silverner.builders.quickstart import examples
    from silverner.builders.recipe.load import load_recipe
    from silverner.projection.chain import ShardStore

    build_options = BuildOptions(out=options.out, store=ShardStore(options.store))
    built = build_with_progress(load_recipe("quickstart"), None, build_options)
    # Loading the files back proves that the folder opens.
    rows = {code: examples(options.out, code) for code in built}
    if options.json:
        write_json(corpus_facts(options.out, built))
        return
    _show(built, rows)
    _show_next_commands(options.out, next(iter(built)))


def _show(built: Mapping[str, LanguageFacts], rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Print the facts and some sentences of every language."""
    from silverner.builders.quickstart import painted, summary
    from silverner.projection.text.display import readable

    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for code, facts in built.items():
        write_line(summary(code, facts))
        for row in rows[code]:
            english = painted(row["source_tokens"], row["source_spans"], colour=colour)
            # With colours a line has control characters of ours; those of the tokens are escaped already.
            sys.stdout.write(f"    {'English':>8}  {english}\n")
            target = painted(row["tokens"], row["spans"], colour=colour)
            sys.stdout.write(f"    {readable(facts.language.name):>8}  {target}\n")
        write_line()


def _show_next_commands(out: Path, language: str) -> None:
    """Print what a user can do next."""
    from silverner.dataset_cards.view import REPORT

    write_line(f"Written to {out}. Next:")
    if (page := out / REPORT).is_file():
        write_line(f"  open {page} in a browser to look at it")
    write_line(f"  python -c \"from datasets import load_dataset; print(load_dataset('{out}', '{language}'))\"")
    write_line(f"  silverner build quickstart --out {out} --lang {language} --set matcher=greedy   # another matcher")
    write_line("  silverner build --help                                             # your own recipe")
    write_line("  silverner project --help                                           # you have text and links already")
