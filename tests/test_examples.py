"""The examples run as they stand."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import datasets
import pytest

from silverner import cli
from tests.shell import shell_environment

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def _has_eflomal() -> None:
    pytest.importorskip("eflomal", reason="needs the extra: pip install 'silverner[eflomal]'")


def _built(recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, datasets.Dataset]:
    """Build an example in a copy of its folder; return the facts of its only language, and its rows."""
    path = EXAMPLES / recipe
    shutil.copytree(path.parent, tmp_path / "example")
    monkeypatch.chdir(tmp_path / "example")
    assert cli.main(["build", path.name, "--store", str(tmp_path / "store"), "--out", "corpus"]) == 0
    ((code, facts),) = json.loads(Path("corpus/manifest.json").read_text(encoding="utf-8"))["languages"].items()
    return facts, datasets.load_dataset("corpus", code, split="train")


def _names(rows: datasets.Dataset) -> list[str]:
    return [f"{' '.join(row['tokens'][e['start'] : e['end']])} {e['label']}" for row in rows for e in row["entities"]]


@pytest.mark.parametrize(
    ("recipe", "names"),
    [
        (
            "pii/recipe.yaml",
            "María Gómez PERSON|maria.gomez@example.org EMAIL|Pedro Ruiz PERSON|+34 600 123 456 PHONE|555-0199 PHONE|"
            "Lucía PERSON|help@example.com EMAIL|Pedro Ruiz PERSON|office@example.net EMAIL|+44 20 7946 0000 PHONE|"
            "Lucía PERSON|María Gómez PERSON|555-0142 PHONE",
        ),
        (
            "fine-grained/recipe.yaml",
            "Clara Weber person-politician|Grüne Liste organization-party|Köln location-city|"
            "Nordsoft organization-company|TextPad product-software|Bern location-city|Jonas Klein person-artist|"
            "Dreißigjährigen Krieg event-war|Rhein location-river|Donau location-river|Wien location-city|"
            "Budapest location-city|Clara Weber person-politician|TextPad product-software",
        ),
        (
            "from-spanish/recipe.yaml",
            "Rosa Castro PER|na Coruña LUG|Universidade de Vigo ORG|Lugo LUG|Miño LUG|Ourense LUG|Xoán Pena PER|"
            "Cruz Vermella ORG|Rosa Castro PER|Xoán Pena PER",
        ),
    ],
)
def test_labels_of_any_set_and_source_are_projected(
    recipe: str, names: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts, rows = _built(recipe, tmp_path, monkeypatch)
    assert _names(rows) == names.split("|")
    assert facts["counts"]["lost_entities"] == 0
    tags = rows.features["ner_tags"].feature.names
    assert tags == ["O", *(f"{p}-{label}" for label in facts["recipe"]["labels"] for p in "BI")]


@pytest.mark.usefixtures("_has_eflomal")
@pytest.mark.parametrize("notebook", sorted(EXAMPLES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(notebook: Path, tmp_path: Path, quickstart_store: Path) -> None:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    assert all(cell.get("outputs", []) == [] for cell in cells)
    lines = ["import subprocess"]
    for cell in cells:
        if cell["cell_type"] == "code":
            lines += [_as_python(line) for line in "".join(cell["source"]).split("\n")]
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=tmp_path,
        env=shell_environment(tmp_path, store=quickstart_store),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "confidence" in run.stdout
    assert (tmp_path / "swahili.html").is_file()


def _as_python(line: str) -> str:
    """Write a line that IPython gives to a shell as Python."""
    return f"subprocess.run({line[1:]!r}, shell=True, check=True)" if line.startswith("!") else line


@pytest.mark.usefixtures("_has_eflomal")
def test_all_labels_of_ontonotes_are_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts, rows = _built("ontonotes/all-labels.yaml", tmp_path, monkeypatch)
    assert len(rows.features["ner_tags"].feature.names) == 1 + 2 * 18
    assert facts["counts"]["source_entities"] == 16
    assert {"Amina Yusuf PERSON", "Juma Otieno PERSON", "2019 DATE"} <= set(_names(rows))


@pytest.mark.usefixtures("_has_eflomal")
def test_labels_of_ontonotes_are_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts, _ = _built("ontonotes/recipe.yaml", tmp_path, monkeypatch)
    assert facts["counts"]["kept"] == 6
    assert set(facts["counts"]["entities"]) == {"PER", "ORG", "LOC"}
    assert facts["counts"]["source_entities"] == 13  # neither the date, nor the number, nor the nationality
