from __future__ import annotations

import gc
from pathlib import Path

import pytest

from silverner.projection.errors import DataError
from silverner.projection.files.reading import Reading


@pytest.mark.parametrize("content", ["Ana B-PER\n\nLi I-PER\n\n", "Ana B-PER\n\nLi B-PER\n\n"])
def test_the_search_for_cycles_goes_on_after_reading(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.conll"
    path.write_text(content)
    try:
        assert [sentence.tokens for sentence in Reading().labelled(path)] == [("Ana",), ("Li",)]
    except DataError:
        assert "I-" in content
    assert gc.isenabled()
    sentences = Reading(scheme="iob1", repair=True).each_labelled(path)
    next(sentences)
    assert not gc.isenabled()
    del sentences
    assert gc.isenabled()
