from __future__ import annotations

from pathlib import Path

import pytest

from silverner.projection.errors import EngineError, MissingEngineError
from silverner.projection.programs.program import Program
from silverner.projection.translation import Translation
from silverner.projection.translation.command import CommandSettings, CommandTranslator
from tests.programs import UPPER, write_program


def _engine(folder: Path, body: str = UPPER, *, allowed: bool = True) -> CommandTranslator:
    write_program(folder / "tool", body)
    return CommandTranslator(Program(run=("./tool",), base=folder, allowed=allowed))


def test_a_text_is_a_line_and_an_empty_one_is_not_sent(tmp_path: Path) -> None:
    count = "lines = list(sys.stdin)\nfor line in lines: print(len(lines), line.split())"
    texts = ["Ana visits\nKenya.", "", " \t ", "two  spaces\u2028and a line", "Ana"]
    assert _engine(tmp_path, count).translate(list("abcde"), texts) == [
        Translation("3 ['Ana', 'visits', 'Kenya.']"),
        Translation(""),
        Translation(""),
        Translation("3 ['two', 'spaces', 'and', 'a', 'line']"),
        Translation("3 ['Ana']"),
    ]


def test_white_space_of_the_translation_is_one_space(tmp_path: Path) -> None:
    body = r"for line in sys.stdin: sys.stdout.write(' a\t b\u3000c \r\n')"
    assert _engine(tmp_path, body).translate(["a", "b"], ["x", "y"]) == [Translation("a b c")] * 2


def test_only_empty_texts_start_no_program(tmp_path: Path) -> None:
    assert _engine(tmp_path, "sys.exit(1)").translate(["a"], [" "]) == [Translation("")]


def test_an_empty_translation_is_none(tmp_path: Path) -> None:
    assert _engine(tmp_path, "for line in sys.stdin: print()").translate(["a"], ["x"]) == [Translation("")]


def test_a_program_that_fails_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"\./tool ended with exit code 4"):
        _engine(tmp_path, "sys.exit(4)").translate(["a"], ["x"])


def test_it_runs_only_where_programs_are_allowed(tmp_path: Path) -> None:
    engine = _engine(tmp_path, "open('started', 'w')", allowed=False)
    for ask in (engine.check, engine.settings, lambda: engine.translate(["a"], ["x"])):
        with pytest.raises(MissingEngineError, match="read what it does, then allow it on the command line"):
            ask()
    assert not (tmp_path / "started").exists()


def test_a_program_that_changes_during_a_build_is_an_error(tmp_path: Path) -> None:
    engine = _engine(tmp_path)
    assert engine.settings()["engine"] == "command"
    assert engine.translate(["a"], ["x"]) == [Translation("X")]
    write_program(tmp_path / "tool", UPPER.replace("upper", "lower"))
    with pytest.raises(EngineError, match=r"\./tool is another program than when the build began"):
        engine.translate(["a"], ["x"])


def test_its_settings_do_not_translate_back() -> None:
    section = CommandSettings.model_validate({"engine": "command", "run": ["tool", "en-pt"]})
    assert section.reversed() == section
    assert section.translates_any_text
