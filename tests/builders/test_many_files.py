from __future__ import annotations

import json
from pathlib import Path

import datasets
import pytest

from silverner.builders import prepared_rows
from silverner.dataset_cards.check import check_folder
from silverner.dataset_cards.publishing.earlier_files import earlier_files
from silverner.dataset_cards.publishing.plan import local_files
from silverner.dataset_cards.release.difference import compare
from silverner.dataset_cards.release.release import Release
from silverner.projection.chain import runner
from tests.corpora import built


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table of the chain has two rows, and every file one table."""
    monkeypatch.setattr(runner, "SHARD_ROWS", 2)
    monkeypatch.setattr(prepared_rows, "LARGEST_PART", 1)


def test_many_rows_become_several_files(tmp_path: Path, small_files: None) -> None:
    folder = built(tmp_path, languages=["spa"])
    names = sorted(path.name for path in (folder / "spa").iterdir())
    assert [name[: len("train-00000-of-00002")] for name in names] == ["train-00000-of-00002", "train-00001-of-00002"]
    facts = json.loads((folder / "manifest.json").read_text())["languages"]["spa"]["splits"]["train"]
    assert [part["file"] for part in facts["parts"]] == [f"spa/{name}" for name in names]
    assert (facts["rows"], [part["rows"] for part in facts["parts"]]) == (3, [2, 1])
    assert facts["bytes"] == sum(part["bytes"] for part in facts["parts"])
    rows = datasets.load_dataset(str(folder), "spa", split="train")
    assert rows["id"] == ["a-1", "a-2", "b-1"]
    assert check_folder(folder) == []
    assert set(local_files(folder)) >= {f"spa/{name}" for name in names}
    assert earlier_files((folder / "manifest.json").read_bytes()) == {f"spa/{name}" for name in names}
    name = json.loads((folder / "manifest.json").read_text())["name"]
    assert f'polars.read_parquet("silver-{name}/spa/train-*.parquet")' in (folder / "README.md").read_text()


def test_one_file_and_several_hold_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = built(tmp_path / "one", languages=["spa"])
    assert "parts" not in json.loads((one / "manifest.json").read_text())["languages"]["spa"]["splits"]["train"]
    monkeypatch.setattr(runner, "SHARD_ROWS", 2)
    monkeypatch.setattr(prepared_rows, "LARGEST_PART", 1)
    many = built(tmp_path / "many", languages=["spa"])
    loaded = [datasets.load_dataset(str(folder), "spa", split="train") for folder in (one, many)]
    assert loaded[0].to_list() == loaded[1].to_list()
    assert loaded[0].features == loaded[1].features
    difference = compare(Release.of_folder(one), Release.of_folder(many)).languages["spa"]
    assert (difference.added, difference.removed, difference.rewritten, difference.files) == (0, 0, 0, True)
    assert compare(Release.of_folder(many), Release.of_folder(many)).bump == "none"


def test_a_build_replaces_all_files_of_the_build_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(runner, "SHARD_ROWS", 2)
        patch.setattr(prepared_rows, "LARGEST_PART", 1)
        folder = built(tmp_path, languages=["spa"])
    before = {path.name for path in (folder / "spa").iterdir()}
    assert built(tmp_path, languages=["spa"]) == folder
    after = {path.name for path in (folder / "spa").iterdir()}
    assert (len(before), len(after), before & after) == (2, 1, set())
    assert check_folder(folder) == []


@pytest.mark.parametrize(("number", "damage"), [(0, "missing"), (1, "missing"), (1, "hash")])
def test_every_file_is_checked(tmp_path: Path, small_files: None, number: int, damage: str) -> None:
    folder = built(tmp_path, languages=["spa"])
    path = sorted((folder / "spa").iterdir())[number]
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])
    assert (damage, f"spa/{path.name}") in [(finding.kind, finding.file) for finding in check_folder(folder)]


def test_a_manifest_whose_parts_do_not_add_up_is_damaged(tmp_path: Path, small_files: None) -> None:
    folder = built(tmp_path, languages=["spa"])
    facts = json.loads((folder / "manifest.json").read_text())
    facts["languages"]["spa"]["splits"]["train"]["rows"] = 4
    (folder / "manifest.json").write_text(json.dumps(facts))
    says = [finding.says for finding in check_folder(folder) if finding.file == "manifest.json"]
    assert says == ["cannot be read (languages.spa.splits.train: rows is 4, and the parts have 3)"]
