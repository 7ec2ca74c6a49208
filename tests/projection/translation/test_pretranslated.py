from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.translation import Pretranslated, Translation
from tests.projection.helpers import write

IDS = ["a", "b", "c"]


def texts(path: Path, ids: list[str] = IDS, **rules: Any) -> list[str]:
    done = Pretranslated(path, ids=ids, **rules).translate(ids, ["?"] * len(ids))
    assert all(isinstance(one, Translation) and one.unknown == () for one in done)
    return [one.text for one in done]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.txt", "uno\ndos tres\n\n"),
        ("x.spa", "uno\r\n dos  tres\r\n\r\n"),
        ("x", "\ufeffuno\ndos\ttres\n \n"),
        ("x.tsv", "a\tuno\nb\tdos tres\nc\t\n"),
        ("x.tsv", "c\t\n\nb\tdos  tres\r\na\tuno"),
        (
            "x.jsonl",
            '{"id": "b", "text": "dos\\ntres"}\n{"id": "c", "text": ""}\n\n{"text": "uno", "id": "a", "n": 1}\n',
        ),
    ],
)
def test_every_format_gives_the_same_translations(tmp_path: Path, name: str, content: str):
    assert texts(write(tmp_path / name, content)) == ["uno", "dos tres", ""]


def test_the_format_may_be_given(tmp_path: Path):
    assert texts(write(tmp_path / "x.txt", "b\tdos\na\tuno\n"), ["a", "b"], format="tsv") == ["uno", "dos"]
    assert texts(write(tmp_path / "x.tsv", "uno\tuno\ndos\n"), ["a", "b"], format="text") == ["uno uno", "dos"]


def test_batches_are_looked_up_by_id(tmp_path: Path):
    engine = Pretranslated(write(tmp_path / "x.txt", "uno\ndos\ntres\n"), ids=IDS)
    assert [t.text for t in engine.translate(["c", "a"], ["", ""])] == ["tres", "uno"]
    assert engine.translate([], []) == []


def test_numbers_are_ids_too(tmp_path: Path):
    assert texts(write(tmp_path / "x.jsonl", '{"id": 7, "text": "uno"}\n'), ["7"]) == ["uno"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.txt", "uno\ndos\n", ": 2 lines for 3 source sentences; line n must translate sentence n"),
        ("x.txt", "uno\ndos\ntres\n\n", ": 4 lines for 3 source sentences"),
        ("x.txt", "", ": the file is empty"),
        ("x.tsv", "a\tuno\nc\ttres\n", ": 2 translations for 3 source sentences: it lacks 'b' (1 in all)"),
        ("x.tsv", "a\tuno\n", ": 1 translations for 3 source sentences: it lacks 'b' (2 in all)"),
        (
            "x.tsv",
            "a\tuno\nb\tdos\nc\ttres\nd\tx\n",
            ": 4 translations for 3 source sentences: it has the unknown id 'd' (1 in all)",
        ),
        ("x.tsv", "a\tuno\nb\tdos\n\na\tx\n", ", line 4: a second translation of sentence 'a'"),
        ("x.tsv", "a\tuno\nb dos\n", ", line 2: 1 columns; needed: sentence id, tab, text"),
        ("x.tsv", "a\tuno\nb\tdos\tmore\n", ", line 2: 3 columns; needed: sentence id, tab, text"),
        ("x.jsonl", '{"id": "a", "text": "x"}\n{"id": "b"}\n', ', line 2: needed: {"id": "...", "text": "..."}, not'),
        ("x.jsonl", '{"text": "b"}\n', ", line 1: needed: "),
        ("x.jsonl", '["a", "x"]\n', ", line 1: needed: "),
        ("x.jsonl", '"a"\n', ", line 1: needed: "),
        ("x.jsonl", "{\n", ", line 1: not JSON: Expecting property name enclosed in double quotes at column 2"),
        ("x.jsonl", '{"id": "a", "text": null}\n', ", line 1: needed: "),
        ("x.jsonl", '{"id": null, "text": "x"}\n', ", line 1: needed: "),
        ("x.jsonl", '{"id": "a", "text": ["x"]}\n', ", line 1: needed: "),
        ("x.txt", b"uno\n\xff\n", ", line 2: 0xff at byte 1 is not UTF-8"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, name: str, content: str | bytes, message: str):
    path = write(tmp_path / name, content)
    with pytest.raises(DataError, match=re.escape(f"{path}{message}")):
        Pretranslated(path, ids=IDS).check()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.txt", "uno\ndos\ntres\n"),
        ("x.tsv", "c\ttres\nb\tdos\na\tuno\n"),
        ("x.jsonl", '{"id": "c", "text": "tres"}\n{"id": "a", "text": "uno"}\n{"id": "b", "text": "dos"}\n'),
    ],
)
def test_a_prefix_uses_the_first_sentences_alone(tmp_path: Path, name: str, content: str):
    path = write(tmp_path / name, content)
    assert texts(path, ["a", "b"], prefix=True) == ["uno", "dos"]
    with pytest.raises(DataError, match=r"3 (lines|translations) for 2 source sentences"):
        texts(path, ["a", "b"])
    with pytest.raises(DataError, match=r"3 (lines|translations) for 4 source sentences"):
        texts(path, ["a", "b", "c", "d"], prefix=True)


def test_a_missing_file_is_named(tmp_path: Path):
    engine = Pretranslated(tmp_path / "no.txt", ids=IDS)
    with pytest.raises(MissingFileError, match=r"cannot read translations [^:]*no\.txt: No such file"):
        engine.settings()
    with pytest.raises(MissingFileError, match=r"cannot read .*no\.txt: No such file"):
        engine.check()


def test_the_settings_follow_content_and_format_and_not_the_name(tmp_path: Path):
    def settings(name: str, content: str, **rules: Any) -> object:
        return Pretranslated(write(tmp_path / name, content), ids=IDS, **rules).settings()

    content = "a\tuno\nb\tdos\nc\ttres\n"
    first = settings("x.txt", content)
    assert first == settings("folder/y.txt", content)
    assert first != settings("y.txt", content.replace("dos", "two"))
    assert first != settings("x.txt", content, format="tsv")


def test_a_file_that_does_not_fit_is_found_with_the_settings(tmp_path: Path):
    path = write(tmp_path / "x.txt", "uno\n")
    engine = Pretranslated(path, ids=iter(IDS))
    for _ in range(2):  # a recipe with several methods asks again
        with pytest.raises(DataError, match="1 lines for 3 source sentences"):
            engine.settings()


def test_the_ids_may_be_read_once_only(tmp_path: Path):
    engine = Pretranslated(write(tmp_path / "x.txt", "uno\ndos\ntres\n"), ids=iter(IDS))
    engine.check()
    engine.check()
    assert [t.text for t in engine.translate(["b"], [""])] == ["dos"]
