from __future__ import annotations

import json
from importlib.metadata import version

import pytest

from silverner.builders.recipe.load import shipped_recipes
from silverner.builders.recipe_list import recipe_list, recipe_table
from silverner.cli import main


def test_every_shipped_recipe_is_listed_with_what_it_needs() -> None:
    rows = {row["name"]: row for row in recipe_list()}
    assert list(rows) == list(shipped_recipes())
    for name, row in rows.items():
        assert row["languages"] and row["method"], name
        assert row["summary"].endswith(".") and len(row["summary"]) > 20, name
    assert rows["quickstart"]["languages"] == ["spa", "deu", "swh"]
    assert rows["quickstart"]["models"] == []
    small = rows["masakhaner2-small"]
    assert small["extras"] == ["ctranslate2", "neural"]
    assert "dslim/bert-base-NER" in small["models"]


def test_people_see_one_paragraph_a_recipe() -> None:
    paragraphs = recipe_table(recipe_list()).split("\n\n")
    assert len(paragraphs) == len(shipped_recipes())
    assert all("  languages  " in paragraph for paragraph in paragraphs)


def test_the_command_lists_them_as_text_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes"]) == 0
    assert "quickstart  (parallel)" in capsys.readouterr().out
    assert main(["recipes", "--json"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == list(shipped_recipes())


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"silverner {version('silverner')}\n"
