"""What the README shows must run as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from silverner import cli

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def _block(title: str) -> str:
    sections = re.split(r"^## ", README, flags=re.MULTILINE)
    section = next(text for text in sections if text.startswith(title))
    blocks = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert blocks, title
    return str(blocks[0])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("eflomal", reason="needs the extra: pip install 'silverner[eflomal]'")
    folder = tmp_path_factory.mktemp("readme")
    command = ["quickstart", "--out", str(folder / "silver-quickstart"), "--store", str(folder / "store")]
    assert cli.main(command) == 0
    return folder


def _run(title: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(_block(title), names)
    return names


def test_the_rows_it_shows_are_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _run("What you get", folder, monkeypatch)["rows"]
    assert len(rows[0]["tokens"]) == len(rows[0]["ner_tags"]) > 1
    assert {"entities", "source_tokens", "alignment", "flags"} <= set(rows.column_names)


def test_every_way_of_reading_gives_the_same_rows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    got = _run("Read it", folder, monkeypatch)
    train = got["train"]
    assert got["names"][:3] == ["O", "B-PER", "I-PER"]
    assert [row["id"] for row in got["stream"]] == train["id"][:]
    assert got["fast"]["tokens"].to_list() == train["tokens"][:]
    assert len(got["every"]) == len(got["frame"]) > len(train)
    assert sorted(got["frame"]["id"]) == sorted(got["every"]["id"])


def test_projection_in_python_gives_what_it_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Any] = {}
    block = next(b for b in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "import project\n" in b)
    exec(block, names)
    assert names["result"].tags == ["B-PER", "O", "B-LOC", "I-LOC"]
