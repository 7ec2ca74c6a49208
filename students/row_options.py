"""The options of ``silverner train`` as keys of an experiment file: their names, and what their values become."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any, NoReturn

from silverner.projection.errors import UsageError, nearest
from silverner.students.cli import add_train
from silverner.students.strategies.option import refuse_options_of_others
from silverner.students.student_options import config_from_options
from silverner.students.training_config import TrainingConfig

_NOT_HERE = {"lang": "languages:", "seed": "seeds:", "out": "--out", "json": "--json", "device": "--device"}
"""Options that a row cannot have, and what to write instead."""
_FILES = frozenset({"data", "source", "test", "dev", "model", "adapt-text"})
"""Options of all strategies whose value is a file or folder; ``data`` and ``model`` may be an id on the Hub."""


class RowOptions(argparse.ArgumentParser):
    """The options of ``silverner train``, by their names without dashes."""

    def __init__(self, folder: Path) -> None:
        """Collect the options.

        :param folder: The folder that paths are relative to.
        """
        super().__init__(add_help=False)
        self.folder = folder
        self.repeatable: set[str] = set()
        self._by_key: dict[str, argparse.Action] = {}
        add_train(self)
        of_strategies = {option.flag.lstrip("-") for option in self.get_default("takers") if option.holds != "value"}
        self._files = _FILES | of_strategies

    def add_argument(self, *flags: str, **settings: Any) -> argparse.Action:
        """Add an option, and remember it."""
        action = super().add_argument(*flags, **settings)
        for flag in flags:
            if flag.startswith("--"):
                self._by_key[flag.lstrip("-")] = action
                if settings.get("action") == "append":
                    self.repeatable.add(flag.lstrip("-"))
        return action

    def error(self, message: str) -> NoReturn:
        """Raise, so that the message can name the file."""
        raise UsageError(message)

    def check(self, key: str) -> None:
        """Refuse a key that is no option of a row.

        :param key: The key.
        :raises UsageError: naming what to write instead, or the nearest option.
        """
        if key in _NOT_HERE:
            raise UsageError(f"a row cannot have it; give {_NOT_HERE[key]} instead")
        if key not in self._by_key:
            allowed = set(self._by_key) - set(_NOT_HERE)
            raise UsageError(f"no option of silverner train has this name; {nearest(key, allowed)}")

    def value(self, key: str, written: Any, language: str) -> Any:
        """Convert what a file says to the value of an option.

        :param key: The option.
        :param written: A text, or a list of them where the option is repeatable.
        :param language: The language, which ``{lang}`` stands for.
        :returns: The value.
        :raises UsageError: when it cannot be one.
        """
        action = self._by_key[key]
        if key in self.repeatable:
            return [self._word(key, word, language) for word in (written if isinstance(written, list) else [written])]
        if action.nargs == 0:
            if written not in ("true", "false"):
                raise UsageError(f"{written!r:.80} is neither true nor false")
            return written == "true"
        return self._word(key, written, language)

    def config(
        self, strategy: str, language: str, seed: int, device: str, values: Mapping[str, Any], own: Set[str]
    ) -> TrainingConfig:
        """Make the config of one student.

        :param strategy: Its strategy.
        :param language: Its language.
        :param seed: Its seed.
        :param device: ``auto``, ``cpu`` or ``cuda``.
        :param values: The values of its options, converted.
        :param own: Those that its row has itself; its strategy must take them. Others are defaults of many strategies.
        :returns: The config.
        :raises UsageError: when an option cannot be meant.
        """
        words = [strategy, "--lang", language, "--model", "-", "--seed", str(seed), "--device", device]
        options = self.parse_args(words)
        for key, value in values.items():
            setattr(options, self._by_key[key].dest, value)
        config = config_from_options(options, strategy, language, seed)
        destinations = {self._by_key[key].dest for key in own}
        for option in options.takers:
            if option.destination not in destinations:
                setattr(options, option.destination, () if option.repeatable else option.default)
        refuse_options_of_others(options, "strategy")
        return config

    def _word(self, key: str, written: Any, language: str) -> Any:
        if not isinstance(written, str):
            raise UsageError(f"{written!r:.80} is not one value")
        action, text = self._by_key[key], self._path(key, written.replace("{lang}", language))
        try:
            value = action.type(text) if callable(action.type) else text
        except argparse.ArgumentTypeError as error:
            raise UsageError(str(error)) from error
        except ValueError as error:
            raise UsageError(f"{text!r:.80} is not {'a whole number' if action.type is int else 'a number'}") from error
        if action.choices is not None and value not in action.choices:
            raise UsageError(f"unknown value {text!r:.80}; {nearest(text, map(str, action.choices))}")
        return value

    def _path(self, key: str, text: str) -> str:
        """Name a file by the folder of the experiment; what is not there may be an id on the Hub."""
        beside = self.folder / text
        return str(beside) if key in self._files and beside.exists() else text
