from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from silverner.projection.alignment import AlignedPair, PharaohFiles
from silverner.projection.chain import DROP, FittingStage
from silverner.projection.errors import DataError, EngineError, MissingFileError
from silverner.projection.stages import (
    Align,
    AlignEach,
)
from tests.projection.helpers import write
from tests.projection.stages.helpers import check_types


class Fixed:
    """An aligner that gives what it is told and remembers what it was given."""

    def __init__(self, pairs: list[AlignedPair]) -> None:
        self.pairs = pairs
        self.given: tuple[Any, Any] | None = None

    def settings(self) -> Mapping[str, object]:
        return {"engine": "fixed"}

    def check(self) -> None:
        pass

    def align(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[AlignedPair]:
        self.given = (list(map(list, sources)), list(map(list, targets)))
        return self.pairs


BATCHES: list[dict[str, list[Any]]] = [
    {"row": [0, 1], "source.tokens": [["a"], ["b", "c"]], "target.tokens": [["x"], None], DROP: [None, "gone"]},
    {"row": [2], "source.tokens": [["d", "e"]], "target.tokens": [["y", "z"]], DROP: [None]},
]


def test_align_gives_every_row_its_links(tmp_path: Path):
    pairs = [
        AlignedPair([(0, 0, 1.0)], []),
        AlignedPair([], []),
        AlignedPair([(1, 0, 0.25), (0, 1, 1e-05)], [(0, 0, 1.0), (1, 1, 0.1)]),
    ]
    aligner = Fixed(pairs)
    stage = Align(aligner)
    assert isinstance(stage, FittingStage)
    stage.fit(iter(BATCHES), tmp_path / "artefact")
    assert aligner.given == ([["a"], [], ["d", "e"]], [["x"], [], ["y", "z"]])
    fresh = Align(Fixed([]))
    fresh.load(tmp_path / "artefact")
    output = fresh.apply({"row": [2, 0], "source.tokens": [[], []], "target.tokens": [[], []]})
    check_types(fresh, output)
    assert output == {"links.forward": ["1-0:0.25 0-1:1e-05", "0-0"], "links.reverse": ["0-0 1-1:0.1", ""]}


def test_the_same_links_are_the_same_artefact(tmp_path: Path):
    for name in ("one", "two"):
        Align(Fixed([AlignedPair([(0, 0, 1.0)], [])] * 3)).fit(iter(BATCHES), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_new_artefact_replaces_the_links_read_before(tmp_path: Path):
    stage, batch = Align(Fixed([])), {"row": [0], "source.tokens": [[]], "target.tokens": [[]]}
    for name, weight in (("one", 0.5), ("two", 0.25)):
        Align(Fixed([AlignedPair([(0, 0, weight)], [])] * 3)).fit(iter(BATCHES), tmp_path / name)
        stage.load(tmp_path / name)
        assert stage.apply(batch)["links.forward"] == [f"0-0:{weight}"]


@pytest.mark.parametrize(
    ("forward", "message"),
    [
        (["0-0", "", "1-1 0-0:0.5"], None),
        (["0-0", "7-7", "1-1"], None),  # a sentence that was dropped has no tokens to compare with
        (["", "", ""], None),
        (["0-0", "", "0-2"], "sentence 3: link 0-2 is out of range"),
        (["0-0", "", "2-0"], "sentence 3: link 2-0 is out of range"),
        (["1-0", "", ""], "sentence 1: link 1-0 is out of range"),
        (["0-0", "x", ""], "sentence 2: 'x' is not a link"),
        (["0-0.5", "", ""], "sentence 1: '0-0.5' is not a link"),
        (["-1-0", "", ""], "sentence 1: '-1-0' is not a link"),
        (["0-0:1.5", "", ""], "sentence 1: '0-0:1.5' is not a link"),
        (["0-0:nan", "", ""], "sentence 1: '0-0:nan' is not a link"),
        (["0-0", ""], "it has the links of 2 sentences, but the corpus has 3"),
        (["0-0", "", "", ""], "it has the links of 4 sentences, but the corpus has 3"),
        ([], "it has the links of 0 sentences, but the corpus has 3"),
    ],
)
def test_links_of_a_file_must_fit_the_corpus(tmp_path: Path, forward: list[str], message: str | None):
    table = pa.table({"links.forward": forward, "links.reverse": [""] * len(forward)}, schema=pa.schema(Align.outputs))
    pq.write_table(table, tmp_path / "artefact")
    stage = Align(Fixed([]))
    stage.load(tmp_path / "artefact")
    if message is None:
        stage.check_fitted(iter(BATCHES))
    else:
        with pytest.raises(DataError, match=re.escape(message)):
            stage.check_fitted(iter(BATCHES))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"links.forward": ["0-0"] * 3}, "has not the columns links.forward, links.reverse"),
        ({"links.forward": [0] * 3, "links.reverse": [0] * 3}, "has not the columns links.forward, links.reverse"),
        ({"links.forward": [], "links.reverse": []}, "has not the columns"),
        (None, "the stored links .*artefact cannot be read"),
    ],
)
def test_a_file_that_is_no_table_of_links_is_refused(tmp_path: Path, columns: Any, message: str):
    if columns is None:
        (tmp_path / "artefact").write_bytes(b"PAR1 cut")
    else:
        pq.write_table(pa.table(columns), tmp_path / "artefact")
    stage = Align(Fixed([]))
    stage.load(tmp_path / "artefact")
    with pytest.raises(DataError, match=message):
        stage.check_fitted(iter(BATCHES))


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ((2, 0, 1.0), "the aligner returned the link 2-0 for 2 source and 2 target tokens, counted from 0: d e = y z"),
        ((0, -1, 1.0), "the aligner returned the link 0--1 for 2 source and 2 target tokens"),
        ((0.0, 1, 1.0), "the aligner returned 0.0-1:1.0; a link is two whole numbers"),
        ((0, 1, 1.5), "the aligner returned 0-1:1.5; a link is two whole numbers, its weight 0 to 1"),
        ((0, 1, float("nan")), "the aligner returned 0-1:nan"),
    ],
)
@pytest.mark.parametrize("whole_corpus", [True, False])
def test_a_link_that_no_sentence_can_have_is_refused(tmp_path: Path, link: Any, message: str, whole_corpus: bool):
    aligner = Fixed([AlignedPair([], [])] * 2 * whole_corpus + [AlignedPair([], [link])])
    with pytest.raises(EngineError, match=f"^{re.escape(message)}"):
        if whole_corpus:
            Align(aligner).fit(iter(BATCHES), tmp_path / "artefact")
        else:
            AlignEach(aligner).apply(BATCHES[1])


def test_numbers_of_numpy_are_written_as_numbers():
    links = [(np.int64(0), np.int32(1), np.float32(0.5)), (1, 1, np.float64(1.0))]
    assert AlignEach(Fixed([AlignedPair(links, [])])).apply(BATCHES[1])["links.forward"] == ["0-1:0.5 1-1"]


class Soft(Fixed):
    """An aligner with soft links."""

    soft_links = True


def test_soft_links_have_columns_of_their_own(tmp_path: Path):
    pairs = [
        AlignedPair([(0, 0, 1.0)], [(0, 0, 1.0)], [(0, 0, 0.873)], []),
        AlignedPair([], [], [], []),
        AlignedPair([(0, 1, 1.0)], [(0, 1, 1.0)], [(0, 0, 0.5), (0, 1, 0.5)], [(1, 1, 0.051)]),
    ]
    each, whole = AlignEach(Soft(pairs[2:])), Align(Soft(pairs))
    expected = {
        "links.forward": ["0-1"],
        "links.reverse": ["0-1"],
        "links.soft_forward": ["0-0:0.5 0-1:0.5"],
        "links.soft_reverse": ["1-1:0.051"],
    }
    whole.fit(iter(BATCHES), tmp_path / "artefact")
    whole.load(tmp_path / "artefact")
    whole.check_fitted(iter(BATCHES))
    for stage in (each, whole):
        output = stage.apply(BATCHES[1])
        check_types(stage, output)
        assert output == expected
    assert tuple(AlignEach(Fixed([])).outputs) == ("links.forward", "links.reverse")


@pytest.mark.parametrize(
    ("soft", "message"),
    [
        ((), "the aligner has soft links, but returned none for a sentence pair"),
        (([], [(0, 2, 0.5)]), "the aligner returned the link 0-2 for 2 source and 2 target tokens"),
        (([(0, 0, 1.5)], []), "the aligner returned 0-0:1.5; a link is two whole numbers, its weight 0 to 1"),
    ],
)
def test_soft_links_that_no_sentence_can_have_are_refused(soft: Any, message: str):
    with pytest.raises(EngineError, match=f"^{re.escape(message)}"):
        AlignEach(Soft([AlignedPair([], [], *soft)])).apply(BATCHES[1])


def test_align_is_not_applied_before_it_is_fitted():
    with pytest.raises(EngineError, match="the stage 'align' was applied before it was fitted: it has no links"):
        Align(Fixed([])).apply({"row": [0], "source.tokens": [[]], "target.tokens": [[]]})


@pytest.mark.parametrize("count", [0, 2, 4])
def test_an_aligner_that_answers_for_another_number_of_pairs_is_refused(tmp_path: Path, count: int):
    with pytest.raises(EngineError, match="3"):
        Align(Fixed([AlignedPair([], [])] * count)).fit(iter(BATCHES), tmp_path / "artefact")


def test_errors_of_an_aligner_come_through(tmp_path: Path):
    with pytest.raises(MissingFileError, match="no such file"):
        Align(PharaohFiles([tmp_path / "no"])).settings()
    path = write(tmp_path / "links", "0-0\n5-5\n0-2\n")
    with pytest.raises(DataError, match="links, line 3: link 0-2 is out of range"):
        Align(PharaohFiles([path])).fit(iter(BATCHES), tmp_path / "artefact")
