"""A manifest with a wrong value anywhere is a finding or one clear error, never a traceback."""

from __future__ import annotations

import json
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from silverner import cli
from silverner.builders.folder import CorpusFolder
from silverner.builders.recipe.export import recipe_text
from silverner.dataset_cards.card.plot import draw
from silverner.dataset_cards.check import check_folder
from silverner.dataset_cards.facts import manifest_text, read_manifest
from silverner.dataset_cards.publishing.release_files import addressed_files
from silverner.dataset_cards.release.difference import compare
from silverner.dataset_cards.release.release import Release
from silverner.projection.errors import SilvernerError
from tests.corpora import built

DEEP: Any = []
for _ in range(60):
    DEEP = [DEEP]
VALUES = [None, True, -1, 0, 3, 1.5, 10**30, 1e308, "", "x", "../x", "\x1b[2J", "a" * 300, [], [1], {}, {"a": 1}, DEEP]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("sound"), filters={"lost-entity": 0}, keep={})


@pytest.fixture(scope="module")
def folder(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(sound, tmp_path_factory.mktemp("spoilt") / "corpus"))


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(below for key, item in inner for below in _places(item, (*place, key)))]


def _changed(manifest: Any, place: tuple[Any, ...], value: Any) -> Any:
    """Replace the value at a place; ``...`` removes it."""
    if not place:
        return {} if value is ... else value
    parent = manifest
    for key in place[:-1]:
        parent = parent[key]
    if value is ...:
        del parent[place[-1]]
    else:
        parent[place[-1]] = value
    return manifest


def _use(folder: Path, sound: Path) -> None:
    """Do what every command does with a manifest; only our own errors are allowed."""
    findings = check_folder(folder)
    assert all(finding.says and "Input should" not in str(finding) for finding in findings)
    for use in (
        lambda: compare(Release.of_folder(sound), Release.of_folder(folder)),
        lambda: compare(Release.of_folder(folder), Release.of_folder(sound)).facts(),
        lambda: CorpusFolder(folder, name="little"),
        lambda: (draw(read_manifest(folder)), recipe_text(read_manifest(folder))),
        lambda: addressed_files(folder, "org/little", published_card=None),
    ):
        try:
            use()
        except SilvernerError as error:
            assert "\n" not in str(error)
            assert "Input should" not in str(error)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_wrong_value_anywhere_is_said_in_one_line(folder: Path, sound: Path, data: st.DataObject) -> None:
    manifest = json.loads((sound / "manifest.json").read_text())
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from(_places(manifest)))
        manifest = _changed(manifest, place, deepcopy(data.draw(st.sampled_from([..., *VALUES]))))
    (folder / "manifest.json").write_text(json.dumps(manifest))
    _use(folder, sound)


def test_a_sound_manifest_is_written_as_it_was_read(sound: Path) -> None:
    assert manifest_text(read_manifest(sound)) == (sound / "manifest.json").read_text()


SPANISH = ("languages", "spa")
FAULTS: dict[str, tuple[tuple[Any, ...], Any, str]] = {
    "glosses as text": ((*SPANISH, "recipe", "glosses"), "words", "recipe: glosses: 'words' is not a mapping of keys"),
    "files as a list": (
        (*SPANISH, "recipe", "target", "files", "train"),
        [],
        "recipe: target.files.train: [] is not text",
    ),
    "an engine without a name": (
        (*SPANISH, "recipe", "aligner", "engine"),
        ...,
        "recipe: aligner.engine: it is missing",
    ),
    "one of several engines without a name": (
        (*SPANISH, "recipe", "aligner"),
        [{"engine": "eflomal"}, {"model": "x"}],
        "recipe: aligner.1.engine: it is missing",
    ),
    "an engine of a voter without a name": (
        (*SPANISH, "recipe", "voters"),
        {"a": {"aligner": ["eflomal", {}]}},
        "recipe: voters.a.aligner.1.engine: it is missing",
    ),
    "a licence of several": ((*SPANISH, "recipe", "license"), ["mit"], "recipe: license: ['mit'] is not text"),
    "a threshold of words": ((*SPANISH, "recipe", "filters", "lost-entity"), "x", "recipe: filters.lost-entity: "),
    "a sample outside": (
        (*SPANISH, "samples", 0, "spans"),
        [[0, 99, "PER"]],
        "the entity 'PER' from 0 to 99 is outside",
    ),
    "a count below 0": ((*SPANISH, "counts", "kept"), -1, "counts.kept: -1 is not greater than or equal to 0"),
    "a count as text": ((*SPANISH, "counts", "kept"), "3", "counts.kept: '3' is not a whole number"),
    "a count that is no count": ((*SPANISH, "counts", "kept"), True, "counts.kept: True is not a whole number"),
    "no split": ((*SPANISH, "splits"), {}, "splits: {} is not long enough: it must have at least 1"),
    "columns without names": (
        (*SPANISH, "features"),
        [{}],
        "features: a column, or a field of its entities, has no name",
    ),
    "a column of numbers": ((*SPANISH, "features", 4, "list"), [1], "or a field of its entities, has no name"),
    "a column of nothing": ((*SPANISH, "features", 4, "list"), [], "or a field of its entities, has no type"),
    "lists of entities in lists": (
        (*SPANISH, "features", 4, "list"),
        {"list": [{"name": "x", "dtype": "string"}]},
        "or a field of its entities, has no type",
    ),
    "a confidence nobody knows": (
        (*SPANISH, "rows", "confidence", "name"),
        "x",
        "confidence.name: unknown value 'x'; allowed: ",
    ),
    "empty bins": ((*SPANISH, "rows", "confidence", "bins"), [0] * 10, "all numbers are 0"),
    "a version of many digits": ((*SPANISH, "version"), "1.0." + "1" * 5000, "is not of the right form"),
    "a line break in a version": ((*SPANISH, "silverner"), "1\nlanguages: []", "is not of the right form"),
    "no languages": (("languages",), [], "languages: [] is not a mapping of keys"),
    "a code that leaves the folder": (("languages", ".."), {}, "'..' cannot be the code of a language"),
    "no layout": (("layout",), ..., "written by another version of silverner (layout None, now 3)"),
    "an unknown layout": (("layout",), 99, "written by another version of silverner (layout 99, now 3)"),
    "a layout that is nearly right": (("layout",), 3.0, "written by another version of silverner (layout 3.0, now 3)"),
    "a repository elsewhere": (("repo_id",), "a/b/c", "repo_id: 'a/b/c' is not of the right form"),
    "a list": ((), [1], "manifest.json holds [1], and no facts of a corpus"),
    "too deep": (("name",), DEEP, "more than 50 levels inside each other"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_in_a_manifest_is_said_by_every_command(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    place, value, says = FAULTS[name]
    folder = Path(shutil.copytree(sound, tmp_path / "corpus"))
    file = folder / "manifest.json"
    file.write_text(json.dumps(_changed(json.loads(file.read_text()), place, value)))
    assert cli.main(["check", str(folder)]) == 1
    assert says in capsys.readouterr().out
    assert cli.main(["push", str(folder), "--repo-id", "org/little", "--dry-run"]) == 1
    assert says in capsys.readouterr().err
    _use(folder, sound)
