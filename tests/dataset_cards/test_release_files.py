from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from silverner.dataset_cards.publishing.plan import local_files
from silverner.dataset_cards.publishing.release_files import copied_files
from silverner.projection.errors import DataError, MissingFileError


def _link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "other rows": lambda path: path.write_bytes(b"other"),
    "a link": _link,
    "a pipe": _pipe,
    "nothing": Path.unlink,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changes_after_the_plan_is_not_published(tmp_path: Path, change: str) -> None:
    rows = tmp_path / "corpus/spa/train.parquet"
    rows.parent.mkdir(parents=True)
    rows.write_bytes(b"rows")
    local = local_files(tmp_path / "corpus")
    CHANGES[change](rows)
    with pytest.raises((DataError, MissingFileError), match=str(rows)):
        copied_files(local, local, {}, tmp_path / "scratch")


def test_what_is_planned_is_copied_and_texts_are_written_anew(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    for name in ("README.md", "recipe.yaml", "plot.png"):
        (tmp_path / "corpus" / name).write_text(name)
    local = local_files(tmp_path / "corpus")
    copies = copied_files(local, ["README.md", "recipe.yaml"], {"README.md": b"README.md"}, tmp_path / "scratch")
    assert [copies[name].path.parent.name for name in sorted(copies)] == ["scratch", "corpus", "scratch"]
    assert [copies[name].sha256 for name in copies] == [local[name].sha256 for name in copies]
