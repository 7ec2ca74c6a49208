"""The file of corrections: what it may hold, and that a stranger's line is refused with its number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from silverner.dataset_cards.corrections import Correction, corrections_text, read_corrections
from silverner.projection.errors import DataError
from silverner.projection.spans import Span

LABELS = ["PER", "LOC"]
GOOD = '{"id": "a-1", "tokens": ["Ana", "visita", "Nueva", "York"], "entities": [[0, 1, "PER"], [2, 4, "LOC"]]}'


def _write(folder: Path, *lines: str) -> Path:
    (folder / "corrections").mkdir(exist_ok=True)
    (folder / "corrections/spa.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_corrections_are_read_as_they_were_written_whatever_their_order(tmp_path: Path) -> None:
    corrections = [
        Correction(id="b", tokens=("Llueve", "👩🏽‍🚀"), spans=()),
        Correction(id="a", tokens=("Ana", "e\u0301", "New York"), spans=(Span(0, 1, "PER"), Span(2, 3, "LOC"))),
    ]
    text = corrections_text(corrections)
    assert text == corrections_text(corrections[::-1])
    read = read_corrections(_write(tmp_path, text), "spa", LABELS)
    assert read is not None
    assert list(read.by_tokens.values()) == corrections[::-1]
    assert read.file == "corrections/spa.jsonl"


def test_a_language_without_a_file_has_no_corrections(tmp_path: Path) -> None:
    assert read_corrections(_write(tmp_path, GOOD), "deu", LABELS) is None


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["{"], "line 1: not JSON"),
        (["[]"], r"line 1, all of it: \[\] is not a mapping of keys to values; correct the line, or delete it"),
        (['{"id": "a", "tokens": ["x"]}'], "line 1, entities: it is missing; correct the line"),
        (['{"id": "a", "tokens": [], "entities": []}'], r"tokens: \[\] is not long enough: it must have at least 1"),
        ([GOOD, GOOD.replace('"LOC"', '"GPE"')], "line 2: the label 'GPE' is not among PER, LOC; correct the line"),
        ([GOOD.replace("2, 4", "2, 5")], "line 1: the entity LOC 2-5 is outside its 4 tokens"),
        ([GOOD.replace("2, 4", "3, 3")], "line 1: the entity LOC 3-3 is outside its 4 tokens"),
        ([GOOD.replace("2, 4", "0, 4")], "line 1: the entities PER 0-1 and LOC 0-4 overlap, or are not in their order"),
        ([GOOD, "", GOOD.replace("a-1", "b")], "line 3: line 1 corrects the same sentence; delete one of the two"),
        ([""], "corrections/spa.jsonl holds no correction; delete the file"),
    ],
)
def test_a_line_that_is_no_correction_is_refused_with_its_number(tmp_path: Path, lines: list[str], says: str) -> None:
    with pytest.raises(DataError, match=says):
        read_corrections(_write(tmp_path, *lines), "spa", LABELS)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = _write(tmp_path, GOOD)
    (folder / "corrections/deu.jsonl").symlink_to(folder / "corrections/spa.jsonl")
    with pytest.raises(DataError, match="is a link"):
        read_corrections(folder, "deu", LABELS)


def test_a_line_is_json_that_people_can_read() -> None:
    text = corrections_text([Correction(id="a", tokens=("Köln",), spans=(Span(0, 1, "LOC"),))])
    assert text == '{"id": "a", "tokens": ["Köln"], "entities": [[0, 1, "LOC"]]}\n'
    assert json.loads(text)
