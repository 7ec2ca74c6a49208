"""The page on commands, their options and their exit codes."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

from reference.markdown import code, codes, first_sentence, page, prose, table
from silverner.cli import COMMANDS, command_module
from silverner.projection import errors
from silverner.projection.errors import SilvernerError


def commands_page() -> str:
    """Describe every command with all its options."""
    parts = [part for name, summary in COMMANDS.items() for part in _command(name, summary)]
    return page(
        "Commands",
        "Data go to standard output, everything else to standard error. `silverner COMMAND --help` says the same as "
        "this page.",
        table(["command", "what it does"], [(f"[{code(n)}](#silverner-{n})", prose(s)) for n, s in COMMANDS.items()]),
        *parts,
        "## Exit codes",
        table(["code", "meaning"], [("0", "everything is done"), ("1", "it failed"), ("2", "it was used wrongly")]),
        "The message says what happened, where, and what to do next. In Python every error is a `SilvernerError`:",
        table(
            ["error", "exit code", "when"],
            [(code(e.__name__), str(e.exit_code), first_sentence(e)) for e in _kinds(SilvernerError)],
        ),
    )


def help_of(text: str, default: object) -> str:
    """Write the help of an option; its default has a column of its own.

    :param text: The help.
    :param default: The default.
    """
    for stated in ("%(default)s", str(default)):
        text = text.replace(f"(default: {stated})", "")
    return prose(text.replace("%(default)s", str(default)).replace("%%", "%").strip())


def _command(name: str, summary: str) -> Iterator[str]:
    """Describe one command."""
    command = command_module(name)
    parser = argparse.ArgumentParser(prog=f"silverner {name}")
    command.add_options(parser)
    yield f"## silverner {name}"
    yield prose(f"{summary[0].upper()}{summary[1:]}.")
    yield from map(prose, filter(None, [parser.description]))
    actions = [action for action in parser._actions if action.help != argparse.SUPPRESS and action.dest != "help"]
    rows = [(_call(action), _values(action), _default(action), _meaning(action)) for action in actions]
    yield table(["argument or option", "values", "default", "meaning"], rows)
    if parser.epilog:
        yield f"```text\n{parser.epilog}\n```"


def _call(action: argparse.Action) -> str:
    """Return how an argument is written."""
    value = action.metavar or action.dest.replace("_", "-").upper()
    word = value if isinstance(value, str) else " ".join(value)
    if not action.option_strings:
        return code(word if action.nargs is None else f"[{word} ...]")
    words = "" if action.nargs == 0 or action.choices else f" {word}"
    return "<br>".join(code(flag + words) for flag in action.option_strings)


def _values(action: argparse.Action) -> str:
    return codes(action.choices or ())


def _default(action: argparse.Action) -> str:
    """Return the default; switches and values that are absent have none, and the cache lies where it lies."""
    if action.default in (None, False, [], ()) or action.default == argparse.SUPPRESS:
        return ""
    if isinstance(action.default, Path) and action.default.is_absolute():
        return code(str(action.default).replace(str(Path.home()), "~"))
    return code(action.default)


def _meaning(action: argparse.Action) -> str:
    required = "required; " if action.required and action.option_strings else ""
    return required + help_of(action.help or "", action.default)


def _kinds(kind: type[SilvernerError]) -> Iterable[type[SilvernerError]]:
    """List the errors that users meet, each after its parent."""
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from _kinds(child)
