"""A build says what it replaces under the same version, and never changes a published version unasked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from silverner import cli
from silverner.dataset_cards.check import check_folder
from tests.corpora import SPANISH, write_corpus

Build = Callable[..., str]


@pytest.fixture
def build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Build:
    """Builds Spanish with changes of the recipe, and returns the notes and errors on standard error."""
    recipe = write_corpus(tmp_path, filters={}, keep={}, score="dice")

    def build(*changes: str, code: int = 0, options: tuple[str, ...] = ()) -> str:
        words = [
            "build",
            str(recipe),
            "--lang",
            "spa",
            "--out",
            str(tmp_path / "out"),
            "--store",
            str(tmp_path / "store"),
        ]
        assert cli.main([*words, *options, *(word for change in changes for word in ("--set", change))]) == code
        lines = capsys.readouterr().err.splitlines()
        return "\n".join(line for line in lines if line.startswith(("note: ", "silverner: error: ")))

    return build


def _publish(tmp_path: Path) -> None:
    file = tmp_path / "out/manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "repo_id": "org/little"}))


def _bytes(tmp_path: Path) -> dict[str, bytes]:
    out = tmp_path / "out"
    return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name != "build.log"}


def test_another_recipe_under_the_same_version_is_said(build: Build, tmp_path: Path) -> None:
    assert build() == ""
    assert build() == ""
    said = build("threshold=1.5", "matcher=greedy")
    assert said.startswith("note: spa: replaced other content of the same version 1.0.0 (3 rows, now 3; ")
    assert "matcher: the default -> greedy" in said
    assert "threshold: the default -> 1.5" in said
    assert said.endswith("write a higher version: in the recipe, such as 1.0.1, before you publish")
    assert build("threshold=1.5", "matcher=greedy") == ""
    assert "(the rows are the same; license: cc0-1.0 -> mit)" in build("threshold=1.5", "matcher=greedy", "license=mit")
    assert build("version=1.1.0") == ""
    (tmp_path / "spa.txt").write_text(SPANISH.replace("Llueve", "Nieva"))
    assert "(3 rows, now 3; the recipe is the same, so the text, a model or silverner has changed)" in build(
        "version=1.1.0"
    )


def test_new_corrections_are_the_reason_that_is_named(build: Build, tmp_path: Path) -> None:
    build()
    file = tmp_path / "out/corrections/spa.jsonl"
    file.parent.mkdir()
    file.write_text(json.dumps({"id": "a-2", "tokens": ["Llueve"], "entities": []}) + "\n")
    assert "(3 rows, now 3; people corrected sentences since); write a higher version" in build()
    assert build() == ""


def test_a_published_version_is_changed_only_when_asked(build: Build, tmp_path: Path) -> None:
    build()
    _publish(tmp_path)
    assert build() == ""
    before = _bytes(tmp_path)
    said = build("matcher=greedy", "threshold=0.9", code=1)
    assert "spa: version 1.0.0 is published as org/little, and this build would change it (" in said
    assert "matcher: the default -> greedy" in said
    assert "nothing was replaced; write a higher version: in the recipe, such as 1.0.1, or replace it all the" in said
    assert said.endswith("the same with --yes")
    (tmp_path / "spa.txt").write_text(SPANISH.replace("Llueve", "Nieva"))
    assert "(3 rows, now 3; the recipe is the same, " in build(code=1)
    assert _bytes(tmp_path) == before
    assert "note: spa: replaced other content" in build(options=("--yes",))
    assert build("matcher=greedy", "version=1.0.1") == ""
    assert check_folder(tmp_path / "out") == []
