"""Globs and folders in place of a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.readers import CorpusFiles, content_hash
from tests.projection.helpers import read, write


def parts(folder: Path) -> Path:
    write(folder / "b.conll", "# newdoc id = d\n# sent_id = 1\nBo B-PER\n\nso O\n")
    write(folder / "a.conll", "# sent_id = 1\nAna B-PER\n\n-DOCSTART- O\n\nhi O\n")
    write(folder / "c.txt", "no O\n")
    write(folder / ".hidden.conll", "never O\n")
    return folder


@pytest.mark.parametrize("pattern", ["*.conll", "[ab].conll", "**/*.conll"])
def test_the_files_of_a_glob_are_read_in_the_order_of_their_names(tmp_path: Path, pattern: str):
    sentences = read(parts(tmp_path) / pattern)
    assert [(s.id, s.document, s.tokens) for s in sentences] == [
        ("a.conll/1", "a.conll/1", ("Ana",)),
        ("train-000002", "a.conll/train-1", ("hi",)),
        ("b.conll/1", "b.conll/d", ("Bo",)),
        ("train-000004", "b.conll/d", ("so",)),
    ]


def test_a_folder_stands_for_its_files(tmp_path: Path):
    assert [s.tokens for s in read(parts(tmp_path))] == [("Ana",), ("hi",), ("Bo",), ("so",), ("no",)]


def test_one_file_keeps_its_ids(tmp_path: Path):
    assert [s.id for s in read(parts(tmp_path) / "a.*")] == ["1", "train-000002"]


def test_a_glob_without_files_is_refused_and_a_broken_file_of_several_is_named(tmp_path: Path):
    with pytest.raises(MissingFileError, match=re.escape(f"cannot read {tmp_path / '*.conll'}: no file is there")):
        read(tmp_path / "*.conll")
    broken = write(parts(tmp_path) / "b.conll", "a O\nb\n")
    with pytest.raises(DataError, match=re.escape(f"{broken}, line 2: ")):
        read(tmp_path / "*.conll")


def test_a_name_with_brackets_is_a_file_first(tmp_path: Path):
    assert [s.tokens for s in read(write(tmp_path / "a[1].conll", "a O\n"))] == [("a",)]


def test_the_hash_covers_all_files(tmp_path: Path):
    def digest() -> str:
        return content_hash(CorpusFiles(files={"train": str(tmp_path / "*.conll")}))

    parts(tmp_path)
    before = digest()
    write(tmp_path / "c.txt", "other O\n")
    assert digest() == before
    write(tmp_path / "b.conll", "Bo O\n")
    changed = digest()
    write(tmp_path / "z.conll", "z O\n")
    assert len({before, changed, digest()}) == 3
