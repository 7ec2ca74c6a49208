from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from silverner.builders.recipe.sections import TextSection
from silverner.projection.errors import DataError, UsageError
from silverner.projection.readers import FORMATS, READERS, CorpusFiles, read_corpus
from tests.projection.helpers import read, write


def test_every_format_has_a_file_of_its_own():
    modules = [type(reader).__module__.rpartition(".")[2] for reader in READERS.values()]
    assert modules == list(READERS)


def test_no_ending_belongs_to_two_formats():
    suffixes = Counter(s for reader in READERS.values() for s in (*reader.suffixes, *reader.text_suffixes))
    assert set(suffixes.values()) == {1}


def test_recipes_take_every_format_and_no_other():
    assert TextSection.model_json_schema()["properties"]["format"]["enum"] == list(FORMATS)


def test_an_unknown_format_is_refused():
    with pytest.raises(UsageError, match=r"unknown format 'conl'; allowed: auto, .* \(did you mean conll\?\)"):
        list(read_corpus(CorpusFiles(format="conl", files={"train": "a"}), tagged=True))


@pytest.mark.parametrize(
    ("format", "key", "message"),
    [
        ("conll", {"layer": "inner"}, "the key 'layer' is for germeval; this file is read as CoNLL columns"),
        ("uner", {"column": 2}, "the key 'column' is for conllu and conll; this file is read as UNER columns"),
    ],
)
def test_a_key_of_another_format_is_refused(tmp_path: Path, format: str, key: dict[str, Any], message: str):
    with pytest.raises(DataError, match=re.escape(f"a.conll: {message}")):
        read(write(tmp_path / "a.conll", "a O\n"), format, **key)
