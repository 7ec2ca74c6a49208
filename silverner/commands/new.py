"""Write a commented recipe for a language: ``silverner new CODE METHOD``."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from pathlib import Path

from silverner.builders.methods.table import METHODS
from silverner.commands.shared import write_line


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument(
        "language", metavar="CODE", help="target language, by code or English name (silverner languages)"
    )
    parser.add_argument("method", metavar="METHOD", help=f"one of {', '.join(METHODS)}")
    parser.add_argument("--source", metavar="CODE", default="eng", help="source language (default: eng)")
    parser.add_argument("--source-text", metavar="FILE", help="labelled text of the source language")
    parser.add_argument("--target-text", metavar="FILE", help="text of the target language")
    parser.add_argument("--name", help="English name of a language that is not in the table")
    parser.add_argument("--out", metavar="FILE", help="recipe to write; - is stdout (default: CODE-METHOD.yaml)")


def run(options: argparse.Namespace) -> None:
    """Write a recipe in which everything that can be looked up is filled in.

    :param options: As :func:`add_options` defines them.
    :raises SilvernerError: when the language or method does not exist, or the file cannot be written.
    """
    from silverner.builders.draft import draft, write_draft
    from silverner.projection.errors import UsageError
    from silverner.projection.languages import config_code

    text = draft(
        options.language,
        options.method,
        source=options.source,
        source_text=options.source_text,
        target_text=options.target_text,
        name=options.name,
    )
    code = options.language
    with suppress(UsageError):  # a language that is not in the table is named by its code
        code = config_code(options.language)
    path = options.out or f"{code}-{options.method}.yaml"
    if path == "-":
        sys.stdout.write(text)
        return
    write_draft(Path(path), text)
    write_line(f"Written to {path}. Read it, then see what it would do: silverner build {path} --dry-run")
