"""A JSON list read item by item is the list read at once."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.errors import DataError
from silverner.projection.parsing import parse_json
from silverner.projection.parsing.json_list import is_list, list_items

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(-1e300, 1e300) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.lists(VALUES, max_size=5), st.sampled_from([None, 0, 3]), st.sampled_from(["", " ", "\n\t "]))
def test_items_are_those_of_the_whole_list(values, indent, around):
    text = around + json.dumps(values, indent=indent) + around
    assert is_list(text)
    expected = [(f"a.json, item {k}", value) for k, value in enumerate(json.loads(text), start=1)]
    assert list(list_items(text, where="a.json")) == expected


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet='[]{},:"1a \n\\', max_size=12))
def test_what_is_no_list_is_refused_in_the_same_words(text):
    text = "[" + text
    try:
        expected = parse_json(text, where="a.json")
    except DataError as error:
        with pytest.raises(DataError) as caught:
            list(list_items(text, where="a.json"))
        assert str(caught.value).replace(", item 1", "") == str(error)
    else:
        assert [value for _, value in list_items(text, where="a.json")] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1}, {"a": NaN}]', "a.json, item 2: NaN is no number"),
        ('[{"a": 1, "a": 2}]', "a.json, item 1: "),
        ('[{"a": 1} {"b": 2}]', "a.json: not JSON: Expecting ',' delimiter at column 11"),
        ('[{"a": 1}] more', "a.json: not JSON: Extra data at column 12"),
        ("[" * 5000, "a.json: lists and keys lie more than 50 levels inside each other"),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, message: str):
    with pytest.raises(DataError) as caught:
        list(list_items(text, where="a.json"))
    assert str(caught.value).startswith(message)


def test_the_items_before_are_not_held():
    text = json.dumps([{"tokens": ["word", str(k)] * 20} for k in range(2000)])
    tracemalloc.start()
    assert sum(1 for _ in list_items(text, where="a.json")) == 2000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < len(text) / 4
