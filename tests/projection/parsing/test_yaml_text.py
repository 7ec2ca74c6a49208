from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.errors import DataError
from silverner.projection.parsing import dump_yaml, parse_yaml

WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert parse_yaml(dump_yaml({"first": value, "again": value}), where="f") == {"first": value, "again": value}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x [1]\nb: *x\n", r"f, line 2: the alias \*x repeats another part; write that part out"),
        ("a: &x {b: *x}\n", r"f, line 1: the alias \*x repeats another part; write that part out"),
        ("a: 1\nb: 2\na: 3\n", "f, line 3: the key 'a' is here twice"),
        ("? [a]\n: b\n", "f, line 1: a key must be a word"),
        ("a: !!timestamp x\n", "f, line 1: the tag !!timestamp is not read; leave it out"),
        ("a: !!python/object:os.system x\n", "f, line 1: the tag !!python/object:os.system is not read; leave it out"),
        ("a: !bool x\n", "f, line 1: the tag !bool is not read; leave it out"),
        ("a: 2026-02-31\n", "f: not YAML: day .*"),
        ("a: [\n", "f, line 2: not YAML: .*"),
        ("a: \x07\n", "f: not YAML: .*"),
        ("a: " + "[" * 50_000, "f, line 1: lists and keys lie more than 50 levels inside each other"),
        ("\n".join(" " * k + "k:" for k in range(2000)), "f, line 50: lists and keys lie more than 50 .*"),
    ],
)
def test_what_is_not_plain_yaml_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError, match=f"^{message}$"):
        parse_yaml(text, where="f")


def test_aliases_of_aliases_take_no_time() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]" for k in range(1, 10)]
    start = time.monotonic()
    with pytest.raises(DataError, match=r"line 2: the alias \*a0 repeats"):
        parse_yaml("\n".join(lines), where="f")
    assert time.monotonic() - start < 1


def test_an_anchor_alone_and_a_tag_of_text_are_harmless() -> None:
    assert parse_yaml("a: &x 1\nb: !!str no\n", where="f") == {"a": 1, "b": "no"}
