"""Experiment files: a comparison whose rows are any variants of a student, as YAML.

``rows`` lists the rows of the table. A row has the options of ``silverner train`` without their dashes, beside
``strategy``, ``name``, ``seeds`` and ``languages``. ``defaults`` are those of all rows; a language can have its own::

    baseline: transfer
    seeds: [0, 1, 2]
    languages: [hrv, swh]
    defaults: {model: encoder, data: "corpora/{lang}", test: "gold/{lang}.conll", epochs: 5}
    rows:
      - {strategy: transfer, model: tagger}
      - {strategy: hard, limit: [100, 500, 1500]}
      - {name: distilled, strategy: soft, teacher: [tagger]}

A list of values makes a row for each, unless the option is repeatable; the rows of a list of limits are a learning
curve. Paths are relative to the file; ``{lang}`` stands for the language.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.builders.recipe import yaml_lines
from silverner.projection.errors import UsageError, nearest
from silverner.projection.parsing import read_text
from silverner.projection.paths import code_fault, file_name_fault
from silverner.students.comparison import ComparisonPlan, PlannedStudent
from silverner.students.row_options import RowOptions

_LARGEST = 1 << 20
_MOST_STUDENTS = 5000
_LONGEST_NAME = 80
_KEYS = ("baseline", "defaults", "languages", "rows", "seeds")
_OF_ROWS = ("strategy", "name", "seeds", "languages")
"""Keys of a row that are no options of ``train``."""
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row of the table.

    :param place: Where it stands in the file.
    :param name: Its name.
    :param strategy: Its strategy.
    :param values: The options that it has itself, as the file has them.
    :param curve: The learning curve that it is a point of.
    :param seeds: Its seeds.
    :param languages: Its languages.
    """

    place: tuple[str | int, ...]
    name: str
    strategy: str
    values: Values
    curve: str | None
    seeds: Sequence[int]
    languages: Sequence[str]


def read_experiment(path: Path, *, device: str = "auto") -> ComparisonPlan:
    """Read an experiment file.

    :param path: The file.
    :param device: ``auto``, ``cpu`` or ``cuda``.
    :returns: The students that it plans, language after language.
    :raises UsageError: naming the line and key that cannot be meant, and what is allowed.
    """
    return _Experiment(path, device).plan()


class _Experiment:
    """An experiment file that is being read."""

    def __init__(self, path: Path, device: str) -> None:
        """Read the file, and check its keys."""
        self._path, self._device = path, device
        content, self._node = yaml_lines.load(read_text(path, largest=_LARGEST), name=str(path))
        self._options = RowOptions(path.parent)
        self._content = self._mapping(content)
        for key in self._content:
            with self._at(key):
                if key not in _KEYS:
                    raise UsageError(f"unknown key; {nearest(key, _KEYS)}")
        self._defaults = self._own_options("defaults")
        self._languages = self._read_languages()
        self._seeds = self._read_seeds(self._content.get("seeds", "0"), "seeds")

    def plan(self) -> ComparisonPlan:
        """Plan every student."""
        rows = self._rows()
        students: list[PlannedStudent] = []
        for language in self._languages:
            for row in rows:
                if language in row.languages:
                    planned = [self._student(row, language, seed) for seed in row.seeds]
                    students += planned if planned[0].config.is_trained else planned[:1]
                if len(students) > _MOST_STUDENTS:
                    raise UsageError(f"{self._path}: it plans more than {_MOST_STUDENTS} students; divide it")
        names = [row.name for row in rows]
        baseline = self._content.get("baseline") or names[0]
        with self._at("baseline"):
            if baseline not in names:
                raise UsageError(f"no row has the name {baseline!r:.80}; {nearest(str(baseline), names)}")
        with self._at("rows"):
            return ComparisonPlan(students=students, baseline=baseline)

    @contextmanager
    def _at(self, *place: str | int) -> Iterator[None]:
        """Name the file, the line and the key in errors that are raised inside."""
        try:
            yield
        except _PlacedError:
            raise
        except UsageError as error:
            line = yaml_lines.line_of(self._node, place)
            where = f"{self._path}{'' if line is None else f', line {line}'}"
            keys = ".".join(str(part) for part in place if isinstance(part, str))
            raise _PlacedError(f"{where}: {keys}{': ' * bool(keys)}{error}") from error

    def _mapping(self, value: Any, *place: str | int) -> dict[str, Any]:
        with self._at(*place):
            if not isinstance(value, dict):
                raise UsageError(f"{value!r:.80} is not a mapping of keys to values")
        return value

    def _own_options(self, *place: str | int, other_keys: Sequence[str] = ()) -> dict[str, Any]:
        """Read a mapping of options; no mapping is an empty one."""
        value: Any = self._content
        for part in place:
            value = value.get(part) if isinstance(value, dict) else value[int(part)]
        options = self._mapping({} if value is None else value, *place)
        for key in options:
            with self._at(*place, key):
                if key not in other_keys:
                    self._options.check(key)
        return options

    def _read_languages(self) -> dict[str, Values]:
        """Read the languages, and the options that each has of its own."""
        written = self._content.get("languages")
        with self._at("languages"):
            if not written or not (isinstance(written, dict) or _is_list_of_words(written)):
                raise UsageError(f"{written!r:.80} names no language; list at least one, such as [hrv, swh]")
            if len(set(written)) < len(written):
                raise UsageError("a language is here twice")
        for code in written:
            with self._at("languages", code):
                if (why := code_fault(code)) is not None:
                    raise UsageError(why)
        listed = isinstance(written, list)
        return {code: {} if listed else self._own_options("languages", code) for code in written}

    def _read_seeds(self, written: Any, *place: str | int) -> list[int]:
        with self._at(*place):
            seeds = written if isinstance(written, list) else [written]
            if not seeds or not all(isinstance(seed, str) and seed.isdecimal() and len(seed) < 10 for seed in seeds):
                raise UsageError(f"{written!r:.80} is not a list of whole numbers from 0, as in [0, 1, 2]")
            return list(dict.fromkeys(map(int, seeds)))

    def _rows(self) -> list[_Row]:
        """Read the rows; one with a list of values is several."""
        written = self._content.get("rows")
        with self._at("rows"):
            if not isinstance(written, list) or not written:
                raise UsageError("list at least one row, such as [{strategy: hard}]")
        rows = [row for number in range(len(written)) for row in self._expanded(number)]
        names = [row.name for row in rows]
        for row in rows:
            with self._at(*row.place):
                if names.count(row.name) > 1:
                    raise UsageError(f"two rows are called {row.name!r}; give them different names with name:")
                if set(row.name) & set("/|") or len(row.name) > _LONGEST_NAME or file_name_fault(row.name):
                    raise UsageError(
                        f"the name {row.name!r:.90} cannot name a folder and a row of a table; write at most "
                        f"{_LONGEST_NAME} letters, digits, spaces and marks other than / and |"
                    )
        return rows

    def _expanded(self, number: int) -> Iterator[_Row]:
        """Make a row for each combination of values in lists."""
        place = ("rows", number)
        written = self._own_options(*place, other_keys=_OF_ROWS)
        strategy, codes = written.get("strategy"), written.get("languages")
        title = written.get("name") or strategy
        with self._at(*place):
            if not isinstance(strategy, str) or not isinstance(title, str):
                raise UsageError("a row has one strategy:, such as strategy: hard, and at most one name:")
        with self._at(*place, "languages"):
            for code in codes or ():
                if not _is_list_of_words(codes) or code not in self._languages:
                    raise UsageError(f"{code}: no language of this file; {nearest(str(code), self._languages)}")
        seeds = self._read_seeds(written["seeds"], *place, "seeds") if "seeds" in written else self._seeds
        options = {key: value for key, value in written.items() if key not in _OF_ROWS}
        lists = {k: v for k, v in options.items() if isinstance(v, list) and k not in self._options.repeatable}
        for values in itertools.product(*lists.values()):
            chosen = dict(zip(lists, values, strict=True))
            others = [title, *(str(value) for key, value in chosen.items() if key != "limit")]
            yield _Row(
                place=place,
                name=" ".join([title, *map(str, values)]),
                strategy=strategy,
                values={**options, **chosen},
                curve=" ".join(others) if "limit" in lists else None,
                seeds=seeds,
                languages=codes or list(self._languages),
            )

    def _student(self, row: _Row, language: str, seed: int) -> PlannedStudent:
        """Plan one student."""
        values = {}
        for options, place in (
            (self._defaults, ("defaults",)),
            (self._languages[language], ("languages", language)),
            (row.values, row.place),
        ):
            for key, written in options.items():
                with self._at(*place, key):
                    values[key] = None if written is None else self._options.value(key, written, language)
        values = {key: value for key, value in values.items() if value is not None}
        with self._at(*row.place):
            for key in ("model",) if "text" in values else ("model", "data"):
                if key not in values:
                    raise UsageError(f"the row {row.name} has no {key}:, neither itself nor in defaults")
            config = self._options.config(row.strategy, language, seed, self._device, values, set(row.values))
        return PlannedStudent(row=row.name, config=config, curve=row.curve)


class _PlacedError(UsageError):
    """An error whose message names its place already."""


def _is_list_of_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
