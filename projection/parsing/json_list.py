"""A JSON list read item by item: all items of a long one would take ten times the memory of its text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any, NoReturn

from silverner.projection.parsing.json_text import parse_json

_BEGIN, _SPACES = re.compile(r"[ \t\n\r]*\["), re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def is_list(text: str) -> bool:
    """Tell whether a JSON text is a list, by how it begins.

    >>> is_list(' [{"text": "a"}]'), is_list('{"data": []}')
    (True, False)
    """
    return _BEGIN.match(text) is not None


def list_items(text: str, *, where: str) -> Iterator[tuple[str, Any]]:
    """Read the items of a JSON list, one after the other.

    :param text: The list.
    :param where: File, for messages.
    :returns: Each item with its place; items are counted from 1.
    :raises DataError: as :func:`~silverner.projection.parsing.parse_json` does, after the items before the fault.

    >>> list(list_items('[{"text": "a"}, 2]', where="a.json"))
    [('a.json, item 1', {'text': 'a'}), ('a.json, item 2', 2)]
    """
    begin = _BEGIN.match(text)
    assert begin is not None
    place = _after_spaces(text, begin.end())
    if not text.startswith("]", place):
        for number in count(1):
            try:
                _, end = _DECODER.raw_decode(text, place)
            except (ValueError, RecursionError):
                _refuse(text, where)
            item = f"{where}, item {number}"
            yield item, parse_json(text[place:end], where=item)
            place = _after_spaces(text, end)
            if text.startswith("]", place):
                break
            if not text.startswith(",", place):
                _refuse(text, where)
            place = _after_spaces(text, place + 1)
    if _after_spaces(text, place + 1) != len(text):
        _refuse(text, where)


def _after_spaces(text: str, place: int) -> int:
    """Return the first place that is no space of JSON."""
    spaces = _SPACES.match(text, place)
    assert spaces is not None
    return spaces.end()


def _refuse(text: str, where: str) -> NoReturn:
    """Read the whole text, which says best what in it is not JSON."""
    parse_json(text, where=where, strict=False)
    raise AssertionError(f"{where}: the list was read as JSON after all")
