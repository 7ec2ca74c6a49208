from __future__ import annotations

import pytest

from silverner.projection.text import first_places
from silverner.projection.text.first_places import FirstPlaces


@pytest.mark.parametrize("most_in_memory", [0, 1, 2, 3, 100])
def test_names_are_found_in_memory_and_on_the_disk(monkeypatch: pytest.MonkeyPatch, most_in_memory: int):
    monkeypatch.setattr(first_places, "MOST_IN_MEMORY", most_in_memory)
    places = FirstPlaces()
    names = ["a", "b", "a", "", "c", "b", "\ud800", "c", "", "d"]
    answers = [places.first(name, f"line {number}") for number, name in enumerate(names, start=1)]
    assert answers == [None, None, "line 1", None, None, "line 2", None, "line 5", "line 4", None]
    assert [name in places for name in ("a", "d", "", "\ud800", "e")] == [True, True, True, True, False]
