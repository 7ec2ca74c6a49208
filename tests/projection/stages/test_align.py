from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from silverner.projection.alignment import AlignedPair, PharaohFiles
from silverner.projection.chain import DROP, FittingStage
from silverner.projection.errors import DataError, EngineError, MissingFileError
from silverner.projection.stages import (
    Align,
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
    for name, link in (("one", (0, 0, 1.0)), ("two", (1, 1, 1.0))):
        Align(Fixed([AlignedPair([link], [])] * 3)).fit(iter(BATCHES), tmp_path / name)
        stage.load(tmp_path / name)
        assert stage.apply(batch)["links.forward"] == [f"{link[0]}-{link[1]}"]


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
