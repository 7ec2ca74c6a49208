"""What the README shows must run as it stands there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from silverner import cli
from silverner.projection.readers import CorpusFiles, read_corpus

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CORPUS = ROOT / "builders" / "quickstart"


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, quickstart_store: Path) -> Path:
    pytest.importorskip("eflomal", reason="needs the extra: pip install 'silverner[eflomal]'")
    folder = tmp_path_factory.mktemp("readme")
    command = ["quickstart", "--out", str(folder / "silver-quickstart"), "--store", str(quickstart_store)]
    assert cli.main(command) == 0
    return folder


def test_it_can_be_read_at_one_sitting() -> None:
    assert len(README.splitlines()) <= 150
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    assert README.splitlines()[2:5] == ["```bash", *commands]


def test_the_rows_it_shows_are_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    (block,) = _blocks(README, "python")
    exec(block, names)
    rows = names["rows"]
    assert len(rows[0]["tokens"]) == len(rows[0]["ner_tags"]) > 1
    assert {"entities", "source_tokens", "alignment", "flags"} <= set(rows.column_names)


def test_the_recipe_it_shows_builds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = folder / "recipe"
    home.mkdir()
    monkeypatch.chdir(home)
    (block,) = _blocks(README, "yaml")
    Path("mine.yaml").write_text(block, encoding="utf-8")
    shutil.copy(CORPUS / "eng.conll", "train.en.conll")
    swahili = read_corpus(CorpusFiles(files={"train": str(CORPUS / "swh.conll")}), tagged=True)
    Path("train.swh.txt").write_text("".join(" ".join(one.tokens) + "\n" for one in swahili), encoding="utf-8")
    commands = next(block for block in _blocks(README, "bash") if "build mine.yaml" in block)
    lines = [line.partition("#")[0].split() for line in commands.splitlines() if " push " not in line]
    assert [words[:2] for words in lines] == [["silverner", "build"], ["silverner", "build"], ["silverner", "check"]]
    for words in lines:
        store = [] if words[1] == "check" else ["--store", str(folder / "store")]
        assert cli.main([*words[1:], *store]) == 0


def test_every_way_of_reading_gives_the_same_rows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    pytest.importorskip("polars")
    got: dict[str, Any] = {}
    (block,) = _blocks((ROOT / "docs/pages/how-to/read.md").read_text(encoding="utf-8"), "python")
    exec(block, got)
    train = got["train"]
    assert got["names"][:3] == ["O", "B-PER", "I-PER"]
    assert [row["id"] for row in got["stream"]] == train["id"][:]
    assert got["fast"]["tokens"].to_list() == train["tokens"][:]
    assert len(got["every"]) == len(got["frame"]) > len(train)
    assert sorted(got["frame"]["id"]) == sorted(got["every"]["id"])


def test_every_page_it_leads_to_is_there() -> None:
    places = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", README)
    assert [place for place in places if not (ROOT / place).is_file()] == []
