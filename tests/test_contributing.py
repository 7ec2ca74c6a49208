"""What CONTRIBUTING.md shows must work as it stands there."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from silverner.cli import main
from silverner.projection.readers import CorpusFiles
from silverner.projection.scoring.pair_arrays import PairArrays
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.spans import Span
from tests.corpora import write_corpus
from tests.scoreboard.toy import write_toy
from tests.test_plugins import install, silverner

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def _block(title: str) -> str:
    section = next(part for part in re.split(r"^## ", GUIDE, flags=re.MULTILINE) if part.startswith(f"{title}\n"))
    (block,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    return str(block)


def _names(title: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(_block(title), names)
    return names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a small corpus, and a package that holds the examples as pip would install it."""
    (toml,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    points = "".join(
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in tomllib.loads(toml)["project"]["entry-points"].items()
    )
    code = "".join(map(_block, ("Add an engine", "Add a filter", "Add a strategy")))
    (tmp_path / "site").mkdir()
    install(tmp_path / "site", "my_package", points, code)
    engine = {"engine": "diagonal", "shift": 0}
    write_corpus(tmp_path, languages=["spa"], aligner=engine, filters={"long-sentence": 4}, keep=...)
    return tmp_path


def test_every_file_it_names_is_there() -> None:
    prose = re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL)
    names = set(re.findall(r"`((?:\.ci|benchmarks|builders|projection|silverner|students|tests)/[\w./]*)`", prose))
    assert len(names) > 15
    assert [name for name in sorted(names) if not (ROOT / name).exists()] == []


def test_the_engine_and_the_filter_build_a_corpus(folder: Path) -> None:
    built = silverner(folder, "build", "recipe.yaml", "--out", "out")
    assert built.returncode == 0, built.stderr
    (file,) = (folder / "out").rglob("*.parquet")
    rows = pq.read_table(file).to_pylist()
    assert [len(row["tokens"]) > 4 for row in rows] == [row["flags"] == ["long-sentence"] for row in rows]
    assert {row["flags"] == [] for row in rows} == {True, False}
    assert rows[0]["alignment"] == "0-0 1-1 2-2 3-3"
    assert [(e["start"], e["end"], e["label"]) for e in rows[0]["entities"]] == [(0, 1, "PER"), (2, 4, "LOC")]
    plugins = json.loads((folder / "out" / "manifest.json").read_text())["languages"]["spa"]["plugins"]
    assert plugins["aligner diagonal"] == "my-package 0.3.1"
    assert "the sentence has more than 4" in (folder / "out" / "README.md").read_text()


def test_doctor_lists_what_the_package_adds_and_what_is_broken(folder: Path) -> None:
    shown = silverner(folder, "doctor", "--store", "store").stdout
    assert "installed diagonal     the aligner of my-package 0.3.1\n" in shown
    assert "installed long-sentence the filter of my-package 0.3.1\n" in shown
    (folder / "site" / "my_package.py").write_text("import nothing_of_this_name")
    shown = silverner(folder, "doctor", "--store", "store").stdout
    assert "broken    diagonal     the aligner of my-package 0.3.1\n" in shown
    assert "No module named 'nothing_of_this_name'" in shown


def test_the_set_gets_a_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    folder = str(write_toy(tmp_path, toy_set_yaml=block))
    assert main(["benchmark", folder, "--sets", "mine", "--aligner", "supplied", "--store", folder]) == 0
    assert "| mine.en-es | four sentences | 4 | 5 | 5 | CC0-1.0 | Nobody 2026 |" in capsys.readouterr().out


def test_the_strategy_is_one_of_the_command_line(folder: Path) -> None:
    helped = silverner(folder, "train", "--help")
    assert helped.returncode == 0, helped.stderr
    assert "long-sentences" in helped.stdout
    assert "--shortest N" in helped.stdout


def test_the_reader_reads(tmp_path: Path) -> None:
    path = tmp_path / "text.slash"
    path.write_text("Ana/B-PER met/O Bo/B-PER Li/I-PER\n")
    (sentence,) = _names("Add a reader")["SlashReader"]().read(
        CorpusFiles(files={"train": str(path)}), split="train", tagged=True
    )
    assert sentence.tokens == ("Ana", "met", "Bo", "Li")
    assert sentence.spans == (Span(0, 1, "PER"), Span(2, 4, "PER"))


def test_the_part_of_the_score_is_worth_its_weight() -> None:
    part = _names("Add a part of the score")["PART"]
    source, target = ["Apollo", "11", "flew"], ["Es", "flog", "Apollo", "11", "."]
    pair = SentencePair(source=source, target=target, links=[], forward=[], reverse=[], entities=[Span(0, 2, "MISC")])
    arrays = PairArrays.of(pair)
    assert part.apply(arrays, arrays.no_scores(), part.weight).tolist() == [[0.0, 0.0, 0.0, 0.5, 0.0]]
