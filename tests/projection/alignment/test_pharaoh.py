from __future__ import annotations

import re
from pathlib import Path

import pytest

from silverner.projection.alignment import AlignedPair, PharaohFiles
from silverner.projection.errors import DataError, MissingFileError
from tests.projection.helpers import write

SOURCES = [["a", "b"], ["c"], ["d", "e"]]
TARGETS = [["x"], ["y", "z"], ["u", "v"]]


def test_one_file_serves_both_directions(tmp_path: Path):
    path = write(tmp_path / "links", "0-0 1-0\r\n\r\n1-1:0.25 0-0\r\n")
    links = [[(0, 0, 1.0), (1, 0, 1.0)], [], [(1, 1, 0.25), (0, 0, 1.0)]]
    assert PharaohFiles([path]).align(SOURCES, TARGETS) == [AlignedPair(side, side) for side in links]


def test_two_files_give_two_directions(tmp_path: Path):
    forward = write(tmp_path / "f", "0-0\n0-1\n\n")
    reverse = write(tmp_path / "r", "1-0:0.5\n\n1-0")
    assert PharaohFiles([forward], [reverse]).align(SOURCES, TARGETS) == [
        AlignedPair([(0, 0, 1.0)], [(1, 0, 0.5)]),
        AlignedPair([(0, 1, 1.0)], []),
        AlignedPair([], [(1, 0, 1.0)]),
    ]


def test_files_of_several_splits_follow_each_other(tmp_path: Path):
    train, test = write(tmp_path / "train", "0-0\n0-1\n"), write(tmp_path / "test", "1-1\n")
    pairs = PharaohFiles([train, test]).align(SOURCES, TARGETS)
    assert [pair.forward for pair in pairs] == [[(0, 0, 1.0)], [(0, 1, 1.0)], [(1, 1, 1.0)]]
    with pytest.raises(DataError, match=re.escape(f"{train}, line 1: link 0-0 is out of range")):
        PharaohFiles([test, train]).align([["a", "b"], [], ["c"]], [["x", "y"], ["z"], ["u"]])


@pytest.mark.parametrize("weight", ["0", "1", "0.87", "1.0", "1e-05", "5E-1"])
def test_weights_are_numbers_between_0_and_1(tmp_path: Path, weight: str):
    path = write(tmp_path / "links", f"0-0:{weight}\n")
    assert PharaohFiles([path]).align([["a"]], [["x"]]) == [
        AlignedPair([(0, 0, float(weight))], [(0, 0, float(weight))])
    ]


@pytest.mark.parametrize("lines", [0, 1, 2, 4])
def test_another_number_of_lines_is_refused(tmp_path: Path, lines: int):
    path = write(tmp_path / "links", "\n" * lines)
    message = f"{path}: {lines} lines of links for 3 sentence pairs" if lines else f"{path}: the file is empty"
    with pytest.raises(DataError, match=re.escape(message)):
        PharaohFiles([path]).align(SOURCES, TARGETS)


def test_the_reverse_file_is_counted_too(tmp_path: Path):
    forward, reverse = write(tmp_path / "f", "\n\n\n"), write(tmp_path / "r", "\n\n")
    with pytest.raises(DataError, match=re.escape(f"{reverse}: 2 lines of links for 3 sentence pairs")):
        PharaohFiles([forward], [reverse]).align(SOURCES, TARGETS)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("0-0 2-0", "link 2-0 is out of range: the source has 2 tokens and the target 1, counted from 0"),
        ("0-1", "link 0-1 is out of range: the source has 2 tokens and the target 1"),
        ("0-0 x", "'x' is not a link; write source-target, as in 3-4 or 3-4:0.87 (weight 0-1)"),
        ("0-0:1.5", "'0-0:1.5' is not a link"),
        ("0-0:nan", "'0-0:nan' is not a link"),
        ("0-0:-", "'0-0:-' is not a link"),
        ("0-0:", "'0-0:' is not a link"),
        ("-1-0", "'-1-0' is not a link"),
        ("0p0", "'0p0' is not a link"),
        ("0-0,1-0", "'0-0,1-0' is not a link"),
    ],
)
@pytest.mark.parametrize("side", ["forward", "reverse"])
def test_a_link_that_breaks_a_rule_is_named_by_file_and_line(tmp_path: Path, line: str, message: str, side: str):
    good, bad = write(tmp_path / "good", "\n\n\n"), write(tmp_path / "bad", f"\n{line}\n\n")
    files = PharaohFiles([bad], [good]) if side == "forward" else PharaohFiles([good], [bad])
    with pytest.raises(DataError, match=re.escape(f"{bad}, line 2: {message}")):
        files.align([["c"], ["a", "b"], ["d"]], [["y"], ["x"], ["z"]])


def test_the_line_is_counted_in_its_own_file(tmp_path: Path):
    one, two = write(tmp_path / "one", "0-0\n\n"), write(tmp_path / "two", "5-0\n")
    with pytest.raises(DataError, match=re.escape(f"{two}, line 1: link 5-0 is out of range")):
        PharaohFiles([one, two]).align(SOURCES, TARGETS)


def test_links_of_a_sentence_dropped_before_are_not_checked(tmp_path: Path):
    path = write(tmp_path / "links", "0-0\n5-5\n")
    assert PharaohFiles([path]).align([["a"], []], [["x"], []])[0].forward == [(0, 0, 1.0)]
    with pytest.raises(DataError, match=re.escape(f"{path}, line 2: link 5-5 is out of range")):
        PharaohFiles([path]).align([["a"], ["b"]], [["x"], []])


def test_a_prefix_reads_the_first_lines_alone(tmp_path: Path):
    path = write(tmp_path / "links", "0-0\n0-1\n9-9 and rubbish\n")
    pairs = PharaohFiles([path], prefix=True).align(SOURCES[:2], TARGETS[:2])
    assert [pair.forward for pair in pairs] == [[(0, 0, 1.0)], [(0, 1, 1.0)]]
    with pytest.raises(DataError, match="3 lines of links for 4 sentence pairs"):
        PharaohFiles([path], prefix=True).align([["a"]] * 4, [["x"]] * 4)


def test_a_missing_file_is_named(tmp_path: Path):
    good = write(tmp_path / "good", "\n")
    for files in (PharaohFiles([tmp_path / "no"]), PharaohFiles([good], [tmp_path / "no"])):
        with pytest.raises(MissingFileError, match=re.escape(f"cannot read links {tmp_path / 'no'}: no such file")):
            files.check()
        with pytest.raises(MissingFileError, match=re.escape(f"cannot read links {tmp_path / 'no'}: no such file")):
            files.settings()


def test_the_settings_follow_content_and_order_and_not_names(tmp_path: Path):
    a, b, c = (write(tmp_path / name, text) for name, text in (("a", "0-0\n"), ("b", "0-0\n"), ("c", "1-1\n")))
    assert PharaohFiles([a]).settings() == PharaohFiles([b]).settings()
    assert PharaohFiles([a]).settings() != PharaohFiles([c]).settings()
    assert PharaohFiles([a, c]).settings() != PharaohFiles([c, a]).settings()
    assert PharaohFiles([a], [c]).settings() != PharaohFiles([c], [a]).settings()
