"""Recipes that name programs: they run only with ``--allow-commands``, and manifest and card name what ran."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from silverner import cli
from silverner.builders.build import BuildOptions, build
from silverner.builders.recipe.load import load_recipe
from silverner.projection.chain import ShardStore
from silverner.projection.errors import MissingEngineError
from tests.programs import DIAGONAL, UPPER, write_program

RECIPE = """
name: programs
version: 1.0.0
license: cc0-1.0
method: translate-train
labels: [PER, LOC]
source: {language: eng, format: conll, files: eng.conll}
languages: [spa]
translator: {engine: command, run: [./translate, "{lang}"], version: [--version], license: mit}
aligner: {engine: command, run: [./align], files: [words.txt]}
"""
TRANSLATE = f"open('started', 'a').write('x')\nif sys.argv[1] == '--version': sys.exit(print('translate 1.2'))\n{UPPER}"
WORDS = hashlib.sha256(b"words of the aligner\n").hexdigest()[:12]
SENTENCE = "Ana B-PER\nvisits O\nNew B-LOC\nYork I-LOC\n. O\n\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_program(tmp_path / "translate", TRANSLATE)
    write_program(tmp_path / "align", DIAGONAL)
    (tmp_path / "eng.conll").write_text(SENTENCE + SENTENCE.replace("Ana", "Eva"))
    (tmp_path / "words.txt").write_text("words of the aligner\n")
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    return tmp_path


COMMAND = ["build", "recipe.yaml", "--out", "out", "--store", "store"]


@pytest.mark.parametrize("more", [[], ["--dry-run"], ["--store-only"], ["--set", "aligner.learns=true"]])
def test_no_program_runs_unless_it_is_allowed(
    folder: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    assert cli.main([*COMMAND, *more]) == 1
    shown = capsys.readouterr()
    assert "the recipe runs a program of this machine, './translate spa'; read what it does" in shown.out + shown.err
    assert not (folder / "started").exists()
    assert not (folder / "out" / "manifest.json").exists()


def test_no_program_runs_from_python_unless_it_is_allowed(folder: Path) -> None:
    options = BuildOptions(out=folder / "out", store=ShardStore(folder / "store"))
    with pytest.raises(MissingEngineError, match=r"\(in Python: allow_commands=True\)"):
        build(load_recipe("recipe.yaml"), None, options)
    assert not (folder / "started").exists()


def test_manifest_and_card_name_the_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*COMMAND, "--allow-commands", "--dry-run"]) == 0, capsys.readouterr().err
    shown = capsys.readouterr().out
    assert "translator: ./translate spa: a program; version translate 1.2, mit, here (" in shown
    assert cli.main([*COMMAND, "--allow-commands"]) == 0, capsys.readouterr().err
    facts = json.loads(Path("out/manifest.json").read_text())["languages"]["spa"]
    assert [(one["role"], one["name"], one["says"], one["program"]) for one in facts["models"]] == [
        ("translator", "./translate spa", "a program; version translate 1.2", True),
        ("aligner", "./align", f"a program; words.txt {WORDS}", True),
    ]
    assert facts["counts"]["entities"] == {"PER": 2, "LOC": 2}
    card = Path("out/README.md").read_text()
    assert "- translator: `./translate spa`, a program; version translate 1.2, hash `" in card
    assert "`eng.conll`, `words.txt`" in card
    assert "add `--allow-commands` to the command" in card
    capsys.readouterr()
    assert cli.main(["check", "out"]) == 0
    assert f"note: aligner: './align', a program; words.txt {WORDS}, hash " in capsys.readouterr().err


def test_workers_and_a_second_run_give_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "eng.conll").write_text("".join(SENTENCE.replace("Ana", f"Ana{k}") for k in range(2100)))
    hashes = []
    for number, more in enumerate([[], ["--workers", "2"]]):
        command = ["build", "recipe.yaml", "--out", f"out{number}", "--store", f"store{number}", "--allow-commands"]
        assert cli.main([*command, *more]) == 0, capsys.readouterr().err
        files = json.loads(Path(f"out{number}/manifest.json").read_text())["languages"]["spa"]["splits"]
        hashes.append(json.dumps(files))
    assert hashes[0] == hashes[1]


def test_links_of_a_program_that_learns_are_published(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changes = ["--set", "aligner.learns=true", "--set", "aligner.reverse=[./align, -r]"]
    assert cli.main([*COMMAND, "--allow-commands", *changes]) == 0, capsys.readouterr().err
    assert len([*Path("out/artefacts").iterdir()]) == 1
    assert "beside the recipe: `eng.conll`, `words.txt`.\n" in Path("out/README.md").read_text()


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ("translator.run=[./none]", 1, "the program './none' does not exist"),
        ("translator.run=[no-such-program]", 1, "the program 'no-such-program' is not on PATH"),
        ("translator.run=[./eng.conll]", 1, "may not be run: chmod +x "),
        ("translator.run=./translate", 2, "a command is a list of words, such as [fast_align, -d]; no shell reads it"),
        ("translator={engine: command}", 2, "translator.run"),
    ],
)
def test_the_dry_run_says_what_is_wrong_with_a_program(
    folder: Path, capsys: pytest.CaptureFixture[str], change: str, code: int, message: str
) -> None:
    assert cli.main([*COMMAND, "--dry-run", "--allow-commands", "--set", change]) == code
    shown = capsys.readouterr()
    assert message in shown.out + shown.err


def test_a_program_does_not_translate_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "spa.txt").write_text("Ana visita Nueva York.\n")
    changes = [
        "method=back-translation",
        "source={language: eng}",
        "target={format: text, files: spa.txt}",
        "labeller={engine: tagger, model: none}",
    ]
    command = [*COMMAND, "--allow-commands", *(word for change in changes for word in ("--set", change))]
    assert cli.main(command) == 2
    message = "'./translate spa' translates in one direction; name the one that translates into Spanish under the key"
    assert message in capsys.readouterr().err
