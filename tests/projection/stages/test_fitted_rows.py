from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.stages import fitted_rows
from silverner.projection.stages.fitted_rows import FittedRows
from silverner.projection.stages.stored_sentences import StoredSentences

COLUMNS = {"number": pa.int64(), "text": pa.string()}


def table(path: Path, sizes: list[int]) -> FittedRows:
    """Rows 0, 1, 2 ..., written in pieces of some sizes."""
    numbers = iter(range(sum(sizes)))
    pieces = [[next(numbers) for _ in range(size)] for size in sizes]
    rows = FittedRows("stage", "rows", columns=COLUMNS)
    rows.write([{"number": piece, "text": [f"row {n}" for n in piece]} for piece in pieces], path)
    rows.load(path)
    return rows


@pytest.mark.parametrize("wanted", [[], [0], [2, 3, 4], [9, 5], [11], list(range(12))])
def test_any_rows_are_read_from_groups_of_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: list[int]):
    monkeypatch.setattr(fitted_rows, "GROUP_ROWS", 4)
    rows = table(tmp_path / "rows", [1, 0, 6, 5])
    assert rows.take(wanted) == {"number": wanted, "text": [f"row {n}" for n in wanted]}
    assert [n for batch in rows.batches() for n in batch["number"]] == list(range(12))


def test_the_sizes_of_the_pieces_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fitted_rows, "GROUP_ROWS", 4)
    for name, sizes in (("one", [11]), ("two", [1] * 11), ("three", [5, 6])):
        table(tmp_path / name, sizes)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes() == (tmp_path / "three").read_bytes()
    groups = pq.read_metadata(tmp_path / "one")
    assert [groups.row_group(k).num_rows for k in range(groups.num_row_groups)] == [4, 4, 3]


@given(st.lists(st.lists(st.lists(st.text(max_size=3), max_size=3), max_size=4), max_size=5))
def test_stored_sentences_are_a_sequence(tmp_path_factory: pytest.TempPathFactory, batches: list[list[list[str]]]):
    stored = StoredSentences(tmp_path_factory.mktemp("sentences") / "file")
    for batch in batches:
        stored.append(batch)
    sentences = [sentence for batch in batches for sentence in batch]
    assert (len(stored), list(stored), list(reversed(stored))) == (len(sentences), sentences, sentences[::-1])
    assert stored[1:-1] == sentences[1:-1]
    assert [one for one in stored for _ in stored] == [one for one in sentences for _ in sentences], (
        "two readers at once"
    )
    if sentences:
        assert stored[-1] == sentences[-1]
    with pytest.raises(IndexError):
        stored[len(sentences)]
