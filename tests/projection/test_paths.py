"""A name from a stranger's file stays inside its folder, and names a plain file."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.paths import code_fault, name_fault, public_files, refuse_links, regular_file


@pytest.mark.parametrize("name", ["a", "spa/train-0a1b2c.parquet", "artefacts/align-0.artefact", "ä/東京.txt", "a b"])
def test_a_relative_name_is_allowed(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../a", "'..' leads out of the folder"),
        ("a/../../b", "'..' leads out of the folder"),
        ("..", "'..' leads out of the folder"),
        ("/etc/passwd", "it is an absolute path"),
        ("a\\..\\b", "it holds a backslash"),
        ("a\0b", "it holds a control character"),
        ("a\nb", "it holds a control character"),
        ("a\x1b[2J", "it holds a control character"),
        ("\ud800", "it holds a control character"),
        ("", "a part of it is empty"),
        ("a//b", "a part of it is empty"),
        ("a/", "a part of it is empty"),
        (".", "a part of it begins with a dot"),
        ("a/./b", "a part of it begins with a dot"),
        (".git/config", "a part of it begins with a dot"),
        ("a" * 256, "it is too long"),
        ("é" * 128, "it is too long"),
        ("/".join(["a" * 200] * 6), "it is too long"),
    ],
)
def test_any_other_name_is_refused_with_the_reason(tmp_path: Path, name: str, why: str) -> None:
    assert name_fault(name) == why
    with pytest.raises(DataError, match="cannot be the name of a file in this folder"):
        regular_file(tmp_path, name)


@given(st.text(st.sampled_from("ab./\\\0\n~ é"), max_size=12))
def test_an_allowed_name_never_leaves_its_folder(name: str) -> None:
    if name_fault(name) is None:
        assert os.path.normpath(f"/folder/{name}") == f"/folder/{name}"


def test_only_a_plain_file_inside_the_folder_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "spa").mkdir(parents=True)
    (folder / "spa/train").write_text("rows")
    (tmp_path / "secret").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "inside").symlink_to(folder / "spa/train")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "deu").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket"))
    assert regular_file(folder, "spa/train") == folder / "spa/train"
    for name, why in {
        "link": "is a link",
        "inside": "is a link",
        "loop": "is a link",
        "deu/secret": "deu is a link",
        "pipe": "is a pipe",
        "socket": "is a socket",
        "spa": "is a folder",
    }.items():
        with pytest.raises(DataError, match=why):
            regular_file(folder, name)
    with pytest.raises(MissingFileError, match="No such file"):
        regular_file(folder, "spa/test")
    assert dict(public_files(folder)) == {
        "deu": "it is a link",
        "inside": "it is a link",
        "link": "it is a link",
        "loop": "it is a link",
        "pipe": "it is a pipe",
        "socket": "it is a socket",
        "spa/train": None,
    }


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/a").write_text("a")
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    assert regular_file(tmp_path / "link", "a").read_text() == "a"
    assert list(public_files(tmp_path / "link")) == [("a", None)]


def test_links_are_refused_where_a_program_would_write(tmp_path: Path) -> None:
    (tmp_path / "spa").mkdir()
    refuse_links(tmp_path, "spa")
    refuse_links(tmp_path, "none")
    (tmp_path / "spa/train").symlink_to("/etc/passwd")
    with pytest.raises(DataError, match="spa: 'train': it is a link"):
        refuse_links(tmp_path, "spa")
    (tmp_path / "deu").symlink_to(tmp_path / "spa")
    with pytest.raises(DataError, match="deu is a link"):
        refuse_links(tmp_path, "deu")


@pytest.mark.parametrize("code", ["spa", "zh-Hant", "zho_Hans", "no", "fa-AF", "qaax", "zh-yue", "x1"])
def test_codes_of_languages_are_allowed(code: str) -> None:
    assert code_fault(code) is None


@pytest.mark.parametrize(
    "code", ["", ".", "..", "-x", "a b", "../../evil", "a/b", "a\n", "a--b", "a-", "_a", "ä", "1a", "a" * 41, "{lang}"]
)
def test_other_texts_are_no_code(code: str) -> None:
    assert "a code is letters and digits" in str(code_fault(code))


@pytest.mark.parametrize("code", ["artefacts", "Artefacts"])
def test_the_code_of_a_language_is_no_other_folder_of_the_corpus(code: str) -> None:
    why = "it is the name of another folder of the corpus"
    assert code_fault(code) == f"{code!r} cannot be the code of a language; {why}"
