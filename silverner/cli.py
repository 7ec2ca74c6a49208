"""The command line: the parser, the commands, and what becomes of errors.

Every command is a module of :mod:`silverner.commands`. Only the one that is asked for is imported, and it imports what
it needs when it runs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from types import ModuleType
from typing import TextIO, cast

from silverner.commands.shared import write_line
from silverner.projection.text.display import ReadableStream, readable

COMMANDS: Mapping[str, str] = {
    "quickstart": "build the embedded corpus and show it",
    "build": "build a corpus from a recipe",
    "check": "look for faults in a corpus folder before you publish it",
    "new": "write a recipe for a language",
    "languages": "list languages, and the recipes and engines that serve them",
    "recipes": "list the shipped recipes, and what each needs",
    "project": "project labels onto text that is aligned already",
    "evaluate": "score predicted entities against gold",
    "choose": "choose the best of several labellings without gold",
    "view": "write a page that shows a corpus, or compares two, in a browser",
    "export": "write rows of a corpus for people to correct",
    "sample": "draw a sample of a corpus for people to judge",
    "import": "bring back what people corrected",
    "diff": "say what changed between two releases, and which version that calls for",
    "push": "publish a corpus folder on the Hugging Face Hub",
    "adapt": "specialise a model for a language it hardly knows",
    "train": "train a student on a corpus",
    "benchmark": "measure methods of projection on parallel sets with gold labels",
    "compare": "train students by several strategies, and compare them",
    "doctor": "say what is installed here, and what a missing extra would give",
    "completion": "print what makes a shell complete commands and options",
}
"""Every command with its help, in the order of ``--help``. Its module of :mod:`silverner.commands` has
``add_options(parser)`` and ``run(options)``."""

PAGES: Mapping[str, str] = {
    "build": "how-to/recipe.md",
    **dict.fromkeys(("project", "evaluate"), "how-to/files.md"),
    "choose": "how-to/several-answers.md",
    **dict.fromkeys(("export", "sample", "import"), "how-to/correct.md"),
    "view": "how-to/look.md",
    **dict.fromkeys(("check", "diff", "push"), "how-to/publish.md"),
    **dict.fromkeys(("adapt", "train", "compare"), "how-to/students.md"),
    "benchmark": "explanation/quality.md",
}
"""The page of ``docs/pages`` on a command. It is named where data break a rule and the error names no page itself."""

WELCOME = """silverner builds projected silver NER corpora for languages that have none. What to do first:

  silverner quickstart              build a small corpus here, without a model or a network, and show it
  silverner languages NAME          what serves your language: recipes, translators, taggers
  silverner new CODE                write a recipe for your language
  silverner doctor                  what is installed here, and what is missing
  silverner --help                  all commands; silverner COMMAND --help: all options of one
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    :param arguments: The words after ``silverner``; those of the process if left out.
    :returns: Exit code: 0 is success, 1 is failure, 2 is wrong usage.
    """
    _open_streams()
    words = sys.argv[1:] if arguments is None else arguments
    if not words:
        return _welcome()
    options = parser_of(words).parse_args(words)
    try:
        from silverner.projection.errors import DataError, SilvernerError
        from silverner.projection.readers.reading_log import formats_shown
    except KeyboardInterrupt:
        return _fail("interrupted before anything was done", 1)
    try:
        with formats_shown(sys.stderr):
            options.run(options)
        sys.stdout.flush()
    except SilvernerError as error:
        page = error.page or (_page_of(words) if isinstance(error, DataError) else None)
        return _fail(f"{error} (see {page})" if page else str(error), error.exit_code)
    except BrokenPipeError:
        # The program that read our output has ended. Without this, the interpreter complains about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _fail(f"{error.filename or 'input/output'}: {error.strerror or error}; finished stages are kept", 1)
    except Exception as error:
        if type(error).__module__ != "sqlite3":  # which is not imported before an index is needed
            raise
        return _fail(
            f"cannot keep an index in a temporary file ({error}); free space in {tempfile.gettempdir()}, or name "
            "another folder by the variable TMPDIR; finished stages are kept",
            1,
        )
    except KeyboardInterrupt:
        return _fail("interrupted; finished stages are kept, run the same command again to go on", 1)
    return 0


def _page_of(words: Sequence[str]) -> str | None:
    """Return the page on the command among the words."""
    command = next(word for word in words if word in COMMANDS)
    return f"docs/pages/{PAGES[command]}" if command in PAGES else None


def _welcome() -> int:
    """Say what to do first, where no command was given; that is wrong usage for a script."""
    sys.stderr.write(WELCOME)
    return 2


def command_module(name: str) -> ModuleType:
    """Import the module of a command; where its name is a word of Python, the module's ends in ``_``.

    :param name: The command.
    :returns: The module, with ``add_options`` and ``run``.
    """
    return import_module(f"silverner.commands.{name}{'_' * iskeyword(name)}")


def parser_of(words: Collection[str]) -> argparse.ArgumentParser:
    """Make the parser of all commands, with the options of those among the words.

    The others are not even imported. The options of ``train`` ask the packages that add strategies, for example.

    :param words: The words after ``silverner``; the names of all commands give them all their options.
    :returns: The parser.
    """
    parser = argparse.ArgumentParser(
        prog="silverner", description="Build projected silver NER corpora for languages that have none."
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, default=argparse.SUPPRESS, help="print the version, and stop"
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=summary)
        if name in words:
            command = command_module(name)
            command.add_options(subparser)
            subparser.set_defaults(run=command.run)
    return parser


class _Version(argparse.Action):
    """Prints the version of the installed package; it is looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it, and end the program."""
        from importlib.metadata import version

        write_line(f"silverner {version('silverner')}")
        parser.exit()


def _open_streams() -> None:
    """Make both streams usable: a closed one swallows what is written, and text is UTF-8 in every locale.

    Standard error is for people only, so control characters in it are escaped, whoever writes them. Standard output can
    be data; :func:`~silverner.commands.shared.write_line` writes to it for people.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open until the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if not isinstance(sys.stderr, ReadableStream):
        sys.stderr = cast(TextIO, ReadableStream(sys.stderr))


def _fail(message: str, code: int) -> int:
    """Write an error, and return the exit code."""
    sys.stderr.write(f"silverner: error: {readable(message)}\n")
    return code
