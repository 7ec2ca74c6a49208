from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.parsing import parse_json, read_json

INT64 = st.integers(-(2**63), 2**63 - 1)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | INT64 | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON_VALUES)
def test_every_usual_value_is_read_as_python_reads_it(value: object) -> None:
    assert parse_json(json.dumps(value), where="f") == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f: not JSON: Expecting value at column 1"),
        ('{"a": 1,\n "b" 2}', "f: not JSON: Expecting ':' delimiter at line 2, column 6"),
        ('{"a": 1} {"a": 2}', "f: not JSON: Extra data at column 10"),
        ('{"a": 1, "a": 2}', "f: the key 'a' is here twice"),
        ('[{"a": 1, "b": {"c": 0, "c": 0}}]', "f: the key 'c' is here twice"),
        ("[NaN]", "f: NaN is no number"),
        ("[-Infinity]", "f: -Infinity is no number"),
        ("[1e999]", "f: the number 1e999 is too large"),
        ("[-1E+400]", r"f: the number -1E\+400 is too large"),
        ("[9223372036854775808]", "f: the number 9223372036854775808 is too large"),
        ("[" + "9" * 5000 + "]", r"f: the number 999999999999\.\.\. of 5000 digits is too large"),
        ('["\\ud800"]', r"f: \\ud800 is half of a character"),
        ("[" * 51 + "]" * 51, "f: lists and keys lie more than 50 levels inside each other"),
        ("[" * 50_000 + "]" * 50_000, "f: lists and keys lie more than 50 levels inside each other"),
        ('{"a":' * 50_000 + "1" + "}" * 50_000, "f: lists and keys lie more than 50 levels inside each other"),
    ],
)
def test_what_fails_later_or_changes_without_a_word_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError, match=f"^{message}$"):
        parse_json(text, where="f")


def test_the_bounds_themselves_are_allowed() -> None:
    assert parse_json("[" * 50 + "]" * 50, where="f")
    assert parse_json("[9223372036854775807, 1e308]", where="f") == [2**63 - 1, 1e308]
    assert parse_json('"\\ud83d\\ude00"', where="f") == "\U0001f600"
    assert parse_json('{"a": Infinity, "a": Infinity}', where="f", strict=False) == {"a": float("inf")}


def test_a_pipe_a_device_and_a_folder_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(DataError, match="is a folder, a pipe or a device; a regular file is needed"):
            read_json(path)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"cannot read .*absent\.json: No such file"):
        read_json(tmp_path / "absent.json")
    (tmp_path / "latin.json").write_bytes(b'{"a": "\xe9"}')
    advice = "convert the file first; where it is Latin-1: iconv -f LATIN1 -t UTF-8 OLD > NEW"
    with pytest.raises(DataError, match=rf"latin.json: 0xe9 at byte 8 is not UTF-8; {advice}"):
        read_json(tmp_path / "latin.json")
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(3 << 30)
    with pytest.raises(DataError, match=r"large\.json has more than 64 MB, too much for a file of its kind"):
        read_json(tmp_path / "large.json")


def test_the_bound_of_depth_is_far_from_the_bound_of_python() -> None:
    assert sys.getrecursionlimit() > 10 * 50
