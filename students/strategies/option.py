"""Options of strategies on the command line. Imports nothing heavy, as the command line reads them for its help."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a strategy on the command line.

    :param flag: Its name there, such as ``--teacher``.
    :param default: Its value where it is not given.
    :param help: One line for the help.
    :param convert: Makes the value from a word of the command line.
    :param metavar: What the help calls the value.
    :param choices: The allowed values; any if empty.
    :param repeatable: Whether it can be given several times; the value is then a tuple.
    :param holds: What the value is: for a model or file its content goes into the signature, not its name.
    :param key: Its name in ``results.json``; the name of the field if left out.
    """

    flag: str
    default: Any
    help: str
    convert: Callable[[str], Any] = str
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    repeatable: bool = False
    holds: Literal["value", "file", "model"] = "value"
    key: str | None = None

    @property
    def destination(self) -> str:
        """Name the attribute of the parsed command line."""
        return self.flag.lstrip("-").replace("-", "_")

    def add_to(self, parser: argparse.ArgumentParser, strategies: Sequence[str]) -> None:
        """Add it to a command.

        :param parser: The command.
        :param strategies: Names of the strategies that take it.
        """
        shape: dict[str, Any] = {"action": "append"} if self.repeatable else {"default": self.default}
        if self.choices:
            shape["choices"] = self.choices
        elif self.metavar:
            shape["metavar"] = self.metavar
        description = f"for {', '.join(strategies)}: {self.help}"
        parser.add_argument(self.flag, type=self.convert, help=description, **shape)

    def value_in(self, options: argparse.Namespace, language: str | None = None) -> Any:
        """Return the value of a parsed command line.

        :param options: The command line.
        :param language: What ``{lang}`` stands for in names of files and models.
        """
        value = getattr(options, self.destination)
        if self.repeatable:
            return tuple(self._of_language(one, language) for one in value or ())
        return self._of_language(value, language)

    def _of_language(self, value: Any, language: str | None) -> Any:
        if language is None or value is None or self.holds == "value":
            return value
        return type(value)(str(value).replace("{lang}", language))


def option(flag: str, *, default: Any, help: str, **more: Any) -> Any:
    """Make a field of a strategy that is an option of the command line.

    :param flag: Its name there.
    :param default: Its value where it is not given.
    :param help: One line for the help.
    :param more: The other fields of :class:`Option`.
    :returns: The field.
    """
    return field(default=default, metadata={"option": Option(flag=flag, default=default, help=help, **more)})


def positive_count(text: str) -> int:
    """Read a whole number above 0 from the command line.

    :param text: A word of the command line.
    :returns: The number.
    :raises ArgumentTypeError: when it is something else.
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)
