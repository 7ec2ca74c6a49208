"""Options of strategies and of methods of adaptation on the command line.

Imports nothing heavy, as the command line reads them for its help.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from silverner.projection.errors import UsageError, nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a strategy or method on the command line.

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


@dataclass(frozen=True, kw_only=True)
class TakesOptions:
    """The base of what takes options of the command line: its fields are those that :func:`option` makes."""

    def __post_init__(self) -> None:
        """Refuse options that cannot be meant.

        :raises UsageError: naming the option and what is allowed.
        """
        for name, declared in self.options().items():
            value = getattr(self, name)
            for one in value if declared.repeatable else (value,):
                if declared.choices and one not in declared.choices:
                    raise UsageError(f"{declared.flag} {one!r} is unknown; {nearest(str(one), declared.choices)}")
        self.check()

    @classmethod
    def options(cls) -> dict[str, Option]:
        """Return its options by the names of their fields."""
        return {one.name: one.metadata["option"] for one in fields(cls) if "option" in one.metadata}

    def check(self) -> None:
        """Refuse options that do not fit each other; reads no file.

        :raises UsageError: naming the option and what is allowed.
        """

    def facts(self) -> dict[str, Any]:
        """Return the options as ``results.json`` has them; of paths only the last part, which tells of no machine."""
        return {declared.key or name: _fact(getattr(self, name)) for name, declared in self.options().items()}

    def settings(self, content: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
        """Return the options as a signature has them.

        :param content: What stands for an option, by what it holds.
        """
        settings: dict[str, Any] = {}
        for name, declared in self.options().items():
            value, read = getattr(self, name), content[declared.holds]
            settings[name] = [read(one) for one in value] if declared.repeatable else read(value)
        return settings


def takers_of(declared: Iterable[tuple[str, type[TakesOptions]]]) -> dict[Option, list[str]]:
    """Collect the options of several strategies or methods, each once.

    :param declared: Names and classes.
    :returns: For every option the names of those that take it.
    """
    takers: dict[Option, list[str]] = {}
    for name, taker in declared:
        for one in taker.options().values():
            takers.setdefault(one, []).append(name)
    return takers


def refuse_options_of_others(options: argparse.Namespace, kind: str) -> None:
    """Refuse options that are given, and are for others than the one that is chosen.

    :param options: The parsed command line, with ``takers``, and the chosen name under the name of its kind.
    :param kind: ``strategy`` or ``method``.
    :raises UsageError: naming the option, and those it is for.
    """
    chosen = getattr(options, kind)
    for one, names in options.takers.items():
        if one.value_in(options) != one.default and chosen not in names:
            raise UsageError(f"the {kind} {chosen} has no use for {one.flag}; it is for {', '.join(names)}")


def _fact(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_fact(one) for one in value]
    if isinstance(value, Path) or (isinstance(value, str) and Path(value).is_dir()):
        return Path(value).name
    return value


def option(flag: str, *, default: Any, help: str, **more: Any) -> Any:
    """Make a field of a strategy or method that is an option of the command line.

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
