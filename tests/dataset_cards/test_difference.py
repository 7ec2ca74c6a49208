"""What changed between two releases, which version that calls for, and how the changelog tells it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from silverner import cli
from silverner.builders.replacement import planned_replacement
from silverner.dataset_cards.facts import read_manifest
from silverner.dataset_cards.release.difference import compare, recipe_changes
from silverner.dataset_cards.release.history import updated_changelog
from silverner.dataset_cards.release.release import Release, open_release
from silverner.projection.errors import DataError, MissingFileError, UsageError
from tests.corpora import built, write_corpus

PLAIN: dict[str, Any] = {"filters": {}, "keep": {}}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("first"), **PLAIN)


def _against(first: Path, second: Path) -> Any:
    return compare(Release.of_folder(first), Release.of_folder(second))


@pytest.mark.parametrize(
    ("changes", "bump", "following", "lines"),
    [
        ({}, "none", "1.0.0", []),
        ({"version": "1.0.1"}, "none", "1.0.0", []),
        ({"languages": ["spa"]}, "major", "2.0.0", ["languages removed: deu"]),
        ({"labels": ["ORG", "PER", "LOC"]}, "major", "2.0.0", ["spa: columns changed or removed: ner_tags"]),
        (
            {"filters": {"no-entity": 1}, "keep": {"without": ["no-entity"]}},
            "minor",
            "1.1.0",
            ["spa: rows 1 removed", "spa: recipe keep.without: [] -> [no-entity]"],
        ),
        (
            {"label_map": {"ORG": "LOC"}},
            "patch",
            "1.0.1",
            ["spa: rows 1 relabelled", "spa: entities ORG 1 -> 0, LOC 2 -> 3", "recipe label_map.ORG: not set -> LOC"],
        ),
        (
            {"filters": {"no-entity": 1}},
            "patch",
            "1.0.1",
            ["spa: values in other columns changed (scores, flags, links)"],
        ),
        ({"license": "mit"}, "patch", "1.0.1", ["spa: recipe license: cc0-1.0 -> mit"]),
        (
            {"candidates": {"capitals": ["PER"]}},
            "patch",
            "1.0.1",
            ["spa: recipe candidates.capitals: [PER, ORG, LOC] -> [PER]"],
        ),
        (
            {"about": {"doi": "10.5281/zenodo.7"}},
            "patch",
            "1.0.1",
            ["spa: card about.doi: not set -> 10.5281/zenodo.7 (no row depends on it)"],
        ),
    ],
)
def test_a_change_calls_for_a_version(
    first: Path, tmp_path: Path, changes: dict[str, Any], bump: str, following: str, lines: list[str]
) -> None:
    second = built(tmp_path, **{**PLAIN, **changes})
    found = _against(first, second)
    said = list(found.lines())
    assert (found.bump, found.next_version()) == (bump, following), said
    assert all(any(line in one for one in said) for line in lines), said
    assert bool(said) == (bump != "none")


def test_the_default_of_capitals_is_no_change_where_it_is_written_out(first: Path, tmp_path: Path) -> None:
    second = built(tmp_path, **PLAIN, version="1.0.1", candidates={"capitals": ["PER", "ORG", "LOC"]})
    assert list(_against(first, second).lines()) == []


@pytest.mark.parametrize("capitals", [7, "PER", {"PER": 1}])
def test_capitals_that_are_no_list_break_nothing(capitals: Any) -> None:
    labels = {"labels": ["PER", "DATE"]}
    assert set(recipe_changes(labels, {**labels, "candidates": {"capitals": capitals}})) <= {
        "candidates.capitals",
        "candidates.capitals.PER",
    }


@pytest.mark.parametrize("labels", [5, "PER", [3, ["PER"], {"PER": 1}], {"PER": 1}])
def test_labels_that_are_no_list_of_words_break_nothing(first: Path, labels: Any) -> None:
    facts = read_manifest(first).languages["spa"]
    recipe = {**facts.recipe_without_defaults, "candidates": {"capitals": ["PER"]}}
    spoilt = facts.model_copy(update={"recipe_without_defaults": {**facts.recipe_without_defaults, "labels": labels}})
    planned = planned_replacement("spa", spoilt, recipe)
    assert planned is not None and "labels" in planned.changes


def test_a_new_language_calls_for_a_minor_version(first: Path, tmp_path: Path) -> None:
    one = built(tmp_path, **{**PLAIN, "languages": ["spa"]})
    found = _against(one, first)
    assert (found.added, found.removed, found.bump) == (("deu",), (), "minor")


def test_other_words_under_the_same_id_are_rewritten(first: Path, tmp_path: Path) -> None:
    built(tmp_path, **PLAIN)
    (tmp_path / "spa.txt").write_text("Ana visita Nueva Jork\nLlueve\nLa Cruz Roja es honrada por Berna\n")
    from silverner.builders.build import BuildOptions, build
    from silverner.builders.recipe.load import load_recipe
    from silverner.projection.chain import ShardStore

    work = BuildOptions(out=tmp_path / "out", store=ShardStore(tmp_path / "store"))
    build(load_recipe(str(tmp_path / "recipe.yaml")), None, work)
    assert _against(first, tmp_path / "out").languages["spa"].rewritten == 1


def test_the_command_says_what_changed_and_what_it_calls_for(
    first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = built(tmp_path, **{**PLAIN, "languages": ["spa"], "version": "2.0.0"})
    assert cli.main(["diff", str(first), str(second)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "languages removed: deu",
        "calls for a major version: 1.0.0 -> 2.0.0 or later (the newer says 2.0.0)",
    ]
    assert cli.main(["diff", str(first), str(second), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["bump"], facts["removed"], facts["next_version"]) == ("major", ["deu"], "2.0.0")
    assert cli.main(["diff", str(first), str(first)]) == 0
    assert capsys.readouterr().out == "no change\n"


@pytest.mark.parametrize(
    ("place", "code", "message"),
    [
        ("./nope", 2, "'./nope' is neither a folder nor a dataset on the Hub, such as org/name@v1.0.0"),
        ("../nope", 2, "'../nope' is neither a folder nor a dataset on the Hub, such as org/name@v1.0.0"),
        ("org/-nope", 2, "'org/-nope' is neither a folder nor a dataset on the Hub, such as org/name@v1.0.0"),
        ("org/nope", 1, "there is no folder 'org/nope', so the Hub was asked; org/nope: "),
    ],
)
def test_a_path_that_is_not_there_is_no_repository(
    first: Path, capsys: pytest.CaptureFixture[str], place: str, code: int, message: str
) -> None:
    assert cli.main(["diff", place, str(first)]) == code
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "code", "message"),
    [
        ("no folder at all", 2, "is neither a folder nor a dataset on the Hub, such as org/name@v1.0.0"),
        ("empty", 1, "is no silverner corpus: there is no manifest.json in it"),
        ("half", 1, "manifest.json, languages.spa.splits: it is missing"),
        ("broken", 1, "manifest.json is damaged"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, code: int, message: str
) -> None:
    facts = json.loads((first / "manifest.json").read_text())
    facts["languages"]["spa"].pop("splits")
    for name, text in (("empty", None), ("half", json.dumps(facts)), ("broken", "{")):
        (tmp_path / name).mkdir()
        if text is not None:
            (tmp_path / name / "manifest.json").write_text(text)
    where = place if " " in place else str(tmp_path / place)
    assert cli.main(["diff", str(first), where]) == code
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""


def test_releases_are_opened_only_where_they_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither a folder"), open_release("a/b/c"):
        pass
    with pytest.raises(MissingFileError, match="silverner build makes one"):
        Release.of_folder(write_corpus(tmp_path).parent)


def test_languages_of_several_versions_are_no_release(first: Path) -> None:
    release = Release.of_folder(first)
    german = release.languages["deu"].model_copy(update={"version": "1.1.0"})
    other = {**release.languages, "deu": german}
    with pytest.raises(DataError, match=r"a release has one version, and this folder has deu 1.1.0, spa 1.0.0"):
        _ = Release(first, release.name, other).version


def test_the_changelog_grows_on_top_and_a_version_stands_in_it_once(first: Path, tmp_path: Path) -> None:
    release = Release.of_folder(first)
    history = updated_changelog(None, release, None, date="2026-01-31")
    assert "## 1.0.0 - 2026-01-31\n\n- First release: deu (3 sentences), spa (3 sentences).\n" in history
    assert updated_changelog(history, release, None, date="2026-01-31") == history
    second = Release.of_folder(built(tmp_path, **{**PLAIN, "version": "2.0.0", "languages": ["spa"]}))
    grown = updated_changelog(history + "\nBy hand.\n", second, compare(release, second), date="2026-02-01")
    assert grown.index("## 2.0.0 - 2026-02-01") < grown.index("## 1.0.0 - 2026-01-31") < grown.index("By hand.")
    again = updated_changelog(grown, second, compare(release, second), date="2026-02-02")
    assert again.count("## 2.0.0") == 1
