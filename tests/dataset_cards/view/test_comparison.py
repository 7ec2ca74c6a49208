"""Two corpora side by side: how rows are joined, and in which order they are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from silverner.cli import main
from silverner.dataset_cards.view.comparison import Pair, pairs_of
from silverner.dataset_cards.view.corpus import ViewedCorpus
from tests.dataset_cards.view.corpora import blocks_of, entity, row, write_folder

FIRST = [
    row("same", "Ana duerme", "Ana sleeps", [entity(0, 1, "PER")]),
    row("label", "Ana y Luis", "Ana and Luis", [entity(0, 1, "PER")]),
    row("boundaries", "Nueva York y Roma", "New York and Rome", [entity(0, 2, "LOC"), entity(3, 4, "LOC")]),
    row("text", "Hola", "Hello"),
    row("gone", "Adiós", "Bye"),
    row("renamed", "Buenos días", "Good day"),
    row("twin-1", "Sí", "Yes"),
    row("twin-2", "Sí", "Yes"),
]
SECOND = [
    row("new", "Nuevo", "New"),
    row("other-name", "Buenos días", "Good day"),
    row("twin-2", "Sí", "Yes"),
    row("text", "Hola !", "Hello !"),
    row("boundaries", "Nueva York y Roma", "New York and Rome", [entity(1, 2, "ORG")]),
    row("label", "Ana y Luis", "Ana and Luis", [entity(0, 1, "PER"), entity(2, 3, "PER")]),
    row("same", "Ana duerme", "Ana sleeps", [entity(0, 1, "PER", 0.2)]),
]


def test_rows_are_joined_and_the_most_different_come_first(tmp_path: Path) -> None:
    folders = write_folder(tmp_path / "a", {"spa": FIRST}), write_folder(tmp_path / "b", {"spa": SECOND})
    pairs, entities = pairs_of(*map(ViewedCorpus.of_folder, folders), "spa")
    assert pairs == [
        Pair("entities", 2, 4, 3),
        Pair("entities", 1, 5, 1),
        Pair("text", 3, 3),
        Pair("first", 4, None),
        Pair("first", 6, None),
        Pair("second", None, 0),
        Pair("same", 0, 6),
        Pair("same", 5, 1),
        Pair("same", 7, 2),
    ]
    assert entities == {"same": 2, "first": 2, "second": 2}


def test_a_page_compares_two_corpora(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_folder(Path("a"), {"spa": FIRST, "deu": FIRST})
    write_folder(Path("b"), {"spa": SECOND}, version="2.0.0")
    assert main(["view", "a", "b", "--rows", "4"]) == 0
    out, err = capsys.readouterr()
    assert out == "report.html\n"
    assert err.startswith("4 of 9 sentences (--rows N for more)")
    blocks = blocks_of(Path("report.html"))
    assert [[side and side["id"] for side in sides] for sides in blocks["rows-0-0"]] == [
        ["boundaries", "boundaries"],
        ["label", "label"],
        ["text", "text"],
        ["gone", None],
    ]
    assert blocks["index-0"]["columns"]["kind"] == [0, 0, 1, 2]
    assert [one["version"] for one in blocks["facts"]["corpora"]] == ["1.0.0", "2.0.0"]
    assert blocks["facts"]["languages"][0]["kinds"] == {"entities": 2, "text": 1, "first": 2, "second": 1, "same": 3}


def test_two_corpora_need_a_language_in_common(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (
        write_folder(tmp_path / "a", {"spa": FIRST}),
        write_folder(tmp_path / "b", {"deu": FIRST, "nld": FIRST}),
    )
    assert main(["view", str(first), str(second)]) == 2
    assert (
        f"the two corpora have no language in common: {first} has spa, and {second} has deu, nld; look at each alone: "
        f"silverner view {first}" in capsys.readouterr().err
    )
