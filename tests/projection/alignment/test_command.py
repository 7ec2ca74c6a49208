from __future__ import annotations

import re
from pathlib import Path

import pytest

from silverner.projection.alignment import AlignedPair
from silverner.projection.alignment.command import CommandAligner
from silverner.projection.errors import EngineError, MissingEngineError
from silverner.projection.programs.program import Program
from tests.programs import DIAGONAL, write_program


def _program(folder: Path, body: str, *, name: str = "tool", allowed: bool = True) -> Program:
    write_program(folder / name, body)
    return Program(run=(f"./{name}",), base=folder, allowed=allowed)


def _written(body: str) -> str:
    return f"lines = list(sys.stdin)\nfor line in lines: {body}"


def test_links_are_read_for_every_pair(tmp_path: Path) -> None:
    aligner = CommandAligner(_program(tmp_path, DIAGONAL))
    sources, targets = [["Ana", "sees"], [], ["it"], ["a", "b"]], [["Ana", "ve", "a"], ["x"], [], ["c"]]
    first, second = [(0, 0, 1.0), (1, 1, 1.0)], [(0, 0, 1.0)]
    expected = [(first, first), ([], []), ([], []), (second, second)]
    assert aligner.align(sources, targets) == [AlignedPair(*links) for links in expected]
    assert aligner.align([[]], [["x"]]) == [AlignedPair([], [])]


def test_a_program_reads_what_fast_align_reads(tmp_path: Path) -> None:
    body = "open('input', 'w').write(sys.stdin.read()); print('0-0:0.5 2-1'); print()"
    sources, targets = [["a b", "|||", "c"], ["x"]], [["d\u2028e", "f"], ["y"]]
    links = [(0, 0, 0.5), (2, 1, 1.0)]
    assert CommandAligner(_program(tmp_path, body)).align(sources, targets) == [
        AlignedPair(links, links),
        AlignedPair([], []),
    ]
    assert (tmp_path / "input").read_text() == "a_b | c ||| d_e f\nx ||| y\n"


def test_another_program_can_give_the_other_direction(tmp_path: Path) -> None:
    forward = _program(tmp_path, _written("print('0-0')"))
    reverse = _program(tmp_path, _written("print('0-1')"), name="other")
    aligner = CommandAligner(forward, reverse, learns=True)
    assert aligner.learns
    assert aligner.align([["a"]], [["b", "c"]]) == [AlignedPair([(0, 0, 1.0)], [(0, 1, 1.0)])]
    assert len(aligner.settings()["programs"]) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("print('0-5')", "./tool, line 2: link 0-5 is out of range: the source has 1 tokens and the target 2"),
        ("print('0:1')", "./tool, line 1: '0:1' is not a link; write source-target"),
        ("print('0-0:7')", "./tool, line 1: '0-0:7' is not a link"),
        ("print('0-0'); print()", "./tool wrote 4 lines for 2"),
    ],
)
def test_what_is_no_link_of_its_pair_is_refused(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(EngineError, match=re.escape(message)):
        CommandAligner(_program(tmp_path, _written(body))).align([["a"], ["b"]], [[*"uvwxyz"], ["c", "d"]])


def test_it_runs_only_where_programs_are_allowed(tmp_path: Path) -> None:
    aligner = CommandAligner(_program(tmp_path, DIAGONAL), _program(tmp_path, DIAGONAL, allowed=False))
    for ask in (aligner.check, aligner.settings):
        with pytest.raises(MissingEngineError, match="read what it does, then allow it on the command line"):
            ask()
