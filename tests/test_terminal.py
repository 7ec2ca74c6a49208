"""Control characters of strangers on the command line: what people read has none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from silverner.builders.quickstart import painted
from silverner.builders.runlog import LOG, run_log
from silverner.cli import main
from silverner.projection.spans import Span
from tests.corpora import built, write_corpus

EVIL = "\x1b[2J\x9b\u202eX"
SHOWN = "\\x1b[2J\\x9b\\u202eX"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def is_clean(text: str) -> bool:
    return not any(char in text for char in EVIL[:1] + EVIL[4:6])


@pytest.mark.parametrize(
    "words",
    [
        ("build", EVIL),
        ("build", "quickstart", "--dry-run", "--lang", EVIL),
        ("build", "quickstart", "--dry-run", "--set", f"matcher={EVIL}"),
        ("check", EVIL),
        ("diff", EVIL, EVIL),
        ("languages", EVIL),
        ("evaluate", "--gold", EVIL, "--predicted", EVIL),
        ("push", EVIL, "--repo-id", f"{EVIL}/x/y"),
        ("new", EVIL, "parallel"),
    ],
)
def test_words_of_the_command_come_back_escaped(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    code, out, err = run(capsys, *words)
    assert code in {1, 2}
    assert is_clean(out + err)
    assert "x1b[2J" in err


def test_the_parser_escapes_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "folder", f"--{EVIL}"])
    err = capsys.readouterr().err
    assert is_clean(err) and SHOWN in err


def test_a_recipe_cannot_write_controls(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    recipe = write_corpus(tmp_path)
    recipe.write_text(recipe.read_text() + '\n"\\e[2J\\x9b\\u202eX": 1\n')
    code, out, err = run(capsys, "build", str(recipe), "--dry-run")
    assert code == 2
    assert is_clean(out + err)


def test_tokens_and_labels_of_a_corpus_are_escaped_for_people_and_whole_in_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    gold, predicted = tmp_path / "gold.conll", tmp_path / "predicted.conll"
    gold.write_text(f"{EVIL}\tB-PER\nsleeps\tO\n\n", encoding="utf-8")
    predicted.write_text(f"{EVIL}\tO\nsleeps\tO\n\n", encoding="utf-8")
    words = ("evaluate", "--gold", str(gold), "--predicted", str(predicted), "--errors", "1")
    code, out, err = run(capsys, *words)
    assert (code, is_clean(out + err)) == (0, True), err
    assert SHOWN in out
    code, out, err = run(capsys, *words, "--json")
    assert (code, is_clean(out + err)) == (0, True)
    assert "\\u001b[2J\\u009b\\u202eX" in out
    assert json.loads(out)


def test_findings_and_file_names_are_escaped(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = built(tmp_path)
    (folder / f"{EVIL}.txt").write_text("x")
    code, out, err = run(capsys, "check", str(folder))
    assert code == 1
    assert is_clean(out + err)


def test_examples_keep_our_colours_and_escape_the_rest() -> None:
    assert painted([EVIL, "b"], [Span(0, 1, EVIL)], colour=False) == f"[{SHOWN} {SHOWN}] b"
    coloured = painted([EVIL], [Span(0, 1, "PER")], colour=True)
    assert coloured == f"\x1b[36m[{SHOWN} PER]\x1b[0m"


def test_the_log_has_no_controls_and_no_line_that_looks_like_another_message(tmp_path: Path) -> None:
    with run_log(tmp_path / "build.log"):
        LOG.warning("%s\n2026-01-01 00:00:00,000 INFO all is well", EVIL)
    lines = (tmp_path / "build.log").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert lines[0].endswith(f"WARNING {SHOWN}")
    assert lines[1] == "    2026-01-01 00:00:00,000 INFO all is well"
