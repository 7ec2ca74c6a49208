r"""JSON that a stranger may have written.

Python's own reader takes more than JSON: ``NaN``, a key that is there twice, numbers of any size, half of a character
(``"\ud800"``). Each of them fails much later, or changes a value without a word, so all are refused here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.parsing.text_file import MEGABYTE, read_text

DEEPEST = 50
"""The most levels of lists and keys inside each other; a manifest has eight."""
_LARGEST_FILE = 64 * MEGABYTE
_MAY_BE_TOO_LARGE = re.compile(r"\d{19}|\d[eE]\+?\d{3}")
_MAY_BE_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(path: Path, *, largest: int = _LARGEST_FILE, strict: bool = True) -> Any:
    """Read a file of JSON.

    :param path: The file.
    :param largest: The most bytes that it may have.
    :param strict: Refuse what only files of models have: ``NaN``, numbers beyond 64 bits, a key that is there twice.
    :returns: Its value.
    :raises MissingFileError: when it does not exist or cannot be opened.
    :raises DataError: naming the file and what in it is not JSON.
    """
    return parse_json(read_text(path, largest=largest), where=str(path), strict=strict)


def parse_json(text: str, *, where: str, strict: bool = True) -> Any:
    """Parse JSON.

    :param text: The JSON.
    :param where: File, or file and line, for messages.
    :param strict: As in :func:`read_json`.
    :returns: Its value.
    :raises DataError: naming what is not JSON.

    >>> parse_json('{"rows": 3}', where="manifest.json")
    {'rows': 3}
    >>> parse_json('{"rows": NaN}', where="manifest.json")
    Traceback (most recent call last):
    silverner.projection.errors.DataError: manifest.json: NaN is no number
    """
    checks: dict[str, Any] = {}
    if strict:
        checks = {"parse_constant": _refuse_constant, "object_pairs_hook": _without_repeats}
        if _MAY_BE_TOO_LARGE.search(text):
            checks |= {"parse_int": _bounded_int, "parse_float": _finite_float}
    try:
        value = json.loads(text, **checks)
        if text.count("[") + text.count("{") > DEEPEST:
            _refuse_depth(value)
        if _MAY_BE_HALF.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise DataError(f"{where}: {_TOO_DEEP}") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, " if "\n" in text.strip() else ""
        raise DataError(f"{where}: not JSON: {error.msg} at {place}column {error.colno}") from error
    except UnicodeEncodeError as error:
        raise DataError(f"{where}: \\u{ord(error.object[error.start]):x} is half of a character") from error
    except ValueError as error:  # those of the checks below
        raise DataError(f"{where}: {error}") from error
    return value


_TOO_DEEP = f"lists and keys lie more than {DEEPEST} levels inside each other"


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _bounded_int(digits: str) -> int:
    if len(digits) > 20 or not -(2**63) <= int(digits) < 2**63:
        raise ValueError(f"the number {_shortened(digits)} is too large")
    return int(digits)


def _finite_float(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {_shortened(digits)} is too large")
    return number


def _shortened(digits: str) -> str:
    return digits if len(digits) <= 24 else f"{digits[:12]}... of {len(digits)} digits"


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs; of a key that is there twice, Python would take the last one without a word."""
    value = dict(pairs)
    if len(value) < len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {repeated!r} is here twice")
    return value


def _refuse_depth(value: Any) -> None:
    """Refuse a value with more levels than :data:`DEEPEST`, level by level, so that no depth is a trouble here."""
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        level = [item for part in level for item in _parts(part)]
        if not level:
            return
    if any(isinstance(part, dict | list) for part in level):
        raise ValueError(_TOO_DEEP)


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
