"""The examples run as they stand."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from silverner import cli
from tests.shell import shell_environment

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(autouse=True)
def _has_eflomal() -> None:
    pytest.importorskip("eflomal", reason="needs the extra: pip install 'silverner[eflomal]'")


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


def test_labels_of_ontonotes_are_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(EXAMPLES / "ontonotes", tmp_path / "ontonotes")
    monkeypatch.chdir(tmp_path / "ontonotes")
    assert cli.main(["build", "recipe.yaml", "--store", str(tmp_path / "store")]) == 0
    facts = json.loads(Path("silver-ontonotes-swahili/manifest.json").read_text(encoding="utf-8"))["languages"]["swh"]
    assert facts["counts"]["kept"] == 6
    assert set(facts["counts"]["entities"]) == {"PER", "ORG", "LOC"}
    assert facts["counts"]["source_entities"] == 13  # neither the date, nor the number, nor the nationality
