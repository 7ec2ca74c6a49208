"""A recipe to begin with must be one: valid, planned, and true to what was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from silverner.builders.build import BuildOptions
from silverner.builders.draft import draft
from silverner.builders.dry_run import describe, dry_run
from silverner.builders.methods.table import METHODS
from silverner.builders.recipe.load import load_recipe
from silverner.projection.chain import ShardStore
from silverner.projection.errors import UsageError
from silverner.projection.languages import all_languages


def _loaded(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_language_gets_a_valid_recipe(tmp_path: Path, method: str) -> None:
    for language in all_languages():
        if language.code == "eng":
            continue
        recipe = load_recipe(str(_loaded(tmp_path, draft(language.code, method))))
        assert list(recipe.languages) == [language.code]
        assert recipe.languages[language.code].method == method


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_draft_can_be_planned_and_says_what_is_missing(tmp_path: Path, method: str) -> None:
    path = _loaded(tmp_path, draft("swh", method, target_text=None))
    facts = dry_run(
        load_recipe(str(path)), None, BuildOptions(out=tmp_path / "out", store=ShardStore(tmp_path / "store"))
    )
    stages = facts["languages"]["swh"]["stages"]
    assert stages["source"]["state"] == "missing"
    assert "cannot read" in stages["source"]["missing"]
    said = describe(facts)
    assert said.startswith(f"swh-{method} 1.0.0 (no license: in the recipe yet)")
    assert f"Swahili (swh): {method}" in said
    for model in facts["models"]:
        assert f"{model['role']}: {model['name']} at main: " in said
    if "labeller" in METHODS[method].needs:
        assert any(model["role"] == "labeller" and not model["pinned"] for model in facts["models"])


@pytest.mark.parametrize("method", sorted(METHODS))
def test_what_a_draft_only_offers_may_be_said(tmp_path: Path, method: str) -> None:
    text = draft("swh", method)
    offered = [line.removeprefix("# ") for line in text.splitlines() if line.startswith(("# glosses", "# labeller"))]
    assert bool([line for line in offered if line.startswith("glosses")]) == ("glosses" in METHODS[method].takes)
    plan = load_recipe(str(_loaded(tmp_path, text + "\n".join(offered)))).languages["swh"]
    assert all(getattr(plan, line.partition(":")[0]) is not None for line in offered)


def test_texts_stand_where_the_method_reads_them(tmp_path: Path) -> None:
    text = draft("swh", "parallel", source_text='odd "name".conll', target_text="b.txt")
    plan = load_recipe(str(_loaded(tmp_path, text))).languages["swh"]
    assert (plan.source.files, plan.target.files) == ({"train": 'odd "name".conll'}, {"train": "b.txt"})
    with pytest.raises(UsageError, match=r"the method translate-train has no use for b.txt: it needs source"):
        draft("swh", "translate-train", target_text="b.txt")


def test_a_language_no_table_has_is_declared_from_the_registry(tmp_path: Path) -> None:
    plan = load_recipe(str(_loaded(tmp_path, draft("nap", "translate-train")))).languages["nap"]
    assert (plan.find("nap").name, plan.find("nap").script) == ("Neapolitan", "Latn")
    assert plan.translator.engine == "pretranslated"
    with pytest.raises(UsageError, match="no registry knows the language 'qaa'; say its English name: --name NAME"):
        draft("qaa", "parallel")
    assert load_recipe(str(_loaded(tmp_path, draft("qaa", "parallel", name="Ours")))).languages["qaa"].find("qaa").name
    with pytest.raises(UsageError, match="'Swahilli' is not a language of the table; nearest: swh"):
        draft("Swahilli", "parallel")
    assert list(load_recipe(str(_loaded(tmp_path, draft("Swahili", "parallel")))).languages) == ["swh"]
