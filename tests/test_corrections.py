"""Corrections on the command line: rows go out, people change them, and they come back into the corpus."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from silverner.builders import prepared_rows
from silverner.cli import main
from silverner.dataset_cards.check import check_folder
from silverner.dataset_cards.publishing.earlier_files import earlier_files
from silverner.dataset_cards.publishing.plan import local_files
from silverner.projection.chain import runner
from silverner.projection.writers import WRITERS
from tests.corpora import built, write_corpus
from tests.projection.writers.test_round_trips import submitted


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("corpus"), filters={}, keep={})


@pytest.fixture
def folder(corpus: Path, tmp_path: Path) -> Path:
    """A copy of a corpus, to be corrected."""
    return Path(shutil.copytree(corpus, tmp_path / "out"))


def corrections(folder: Path) -> list[tuple[str, list[list[object]]]]:
    lines = (folder / "corrections/spa.jsonl").read_text(encoding="utf-8").splitlines()
    return [(one["id"], one["entities"]) for one in map(json.loads, lines)]


def export(folder: Path, name: str, *options: str) -> Path:
    file = folder.parent / f"rows{WRITERS[name].suffix}"
    assert main(["export", str(folder), "--lang", "spa", "--to", name, "--out", str(file), *options]) == 0
    return file


def bring_back(folder: Path, file: Path, *options: str) -> int:
    return main(["import", str(file), "--into", str(folder), "--lang", "spa", *options])


@pytest.mark.parametrize("name", WRITERS)
def test_rows_come_back_as_they_went_out_in_every_format(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = export(folder, name)
    if name == "label-studio":
        file.write_text(submitted(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert bring_back(folder, file) == 0
    assert corrections(folder) == [
        ("a-1", [[0, 1, "PER"], [2, 4, "LOC"]]),
        ("a-2", []),
        ("b-1", [[1, 3, "ORG"], [6, 7, "LOC"]]),
    ]
    assert (
        "new corrections: 3, replaced: 0, in all: 3; sentences of this file whose entities people changed: 0."
        in capsys.readouterr().err
    )


def test_a_corrected_row_is_in_the_corpus_after_the_next_build(tmp_path: Path) -> None:
    recipe = write_corpus(tmp_path)
    build = ["build", str(recipe), "--lang", "spa", "--out", str(tmp_path / "out"), "--store", str(tmp_path / "store")]
    assert main(build) == 0
    file = export(tmp_path / "out", "conll", "--least-sure", "1")
    text = file.read_text(encoding="utf-8")
    assert text.count("# sent_id = ") == 1
    file.write_text(text.replace("B-PER", "O"), encoding="utf-8")
    assert bring_back(tmp_path / "out", file) == 0
    assert main(build) == 0
    assert main(["check", str(tmp_path / "out")]) == 0
    rows = list(datasets.load_dataset(str(tmp_path / "out"), "spa", split="train"))
    assert len([row for row in rows if row["human_entities"] is not None]) == 1


def test_least_sure_rows_are_those_of_the_weakest_entities_that_nobody_looked_at(folder: Path) -> None:
    first = json.loads(export(folder, "jsonl", "--least-sure", "1").read_text())["id"]
    both = [json.loads(line)["id"] for line in export(folder, "jsonl", "--least-sure", "9").read_text().splitlines()]
    assert both[0] == first
    assert sorted(both) == ["a-1", "b-1"]


def test_rows_of_several_files_all_go_out_and_are_corrected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "SHARD_ROWS", 2)
    monkeypatch.setattr(prepared_rows, "LARGEST_PART", 1)
    out = built(tmp_path, languages=["spa"])
    assert len(list((out / "spa").iterdir())) == 2
    assert bring_back(out, export(out, "jsonl")) == 0
    built(tmp_path, languages=["spa"])
    rows = datasets.load_dataset(str(out), "spa", split="train")
    assert [len(row["human_entities"]) for row in rows] == [2, 0, 2]
    assert check_folder(out) == []
    assert "corrections/spa.jsonl" in earlier_files((out / "manifest.json").read_bytes()) & set(local_files(out))


def test_text_that_is_no_text_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = built(tmp_path, languages=["spa"])
    (file,) = (out / "spa").iterdir()
    table = pq.read_table(file)
    broken = pa.array([b"\xff"] * table.num_rows).view(pa.string())
    pq.write_table(table.set_column(0, "id", broken), file)
    assert main(["export", str(out), "--lang", "spa", "--to", "conll"]) == 1
    assert f"{file.name} cannot be read (" in capsys.readouterr().err


def test_the_interface_of_label_studio_names_every_label(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(folder), "--lang", "spa", "--to", "label-studio"]) == 0
    output = capsys.readouterr()
    assert [task["data"]["id"] for task in json.loads(output.out)] == ["a-1", "a-2", "b-1"]
    assert '<Label value="PER"/><Label value="ORG"/><Label value="LOC"/>' in output.err


ANA = '{"id": "a-1", "tokens": ["Ana", "visita", "Nueva", "York"], "ner_tags": ["B-PER", "O", "B-LOC", "I-LOC"]}'
RAIN = '{"id": "a-2", "tokens": ["Llueve"], "ner_tags": ["O"]}'


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([ANA.replace("LOC", "GPE")], "line 1: the label 'GPE' is not among PER, ORG, LOC"),
        (
            [RAIN, ANA, ANA.replace("B-PER", "O")],
            "line 3: FILE, line 2 corrects the same sentence",
        ),
        (
            [ANA, RAIN.replace("Llueve", "Nieva")],
            "line 2: the row 'a-2' has other words in the corpus: 'Llueve', and 'Nieva' here; import the words as they",
        ),
        ([RAIN.replace("a-2", "z").replace("Llueve", "Nieva")], "'Nieva' is not in the corpus, nor is any other"),
        (
            ['{"id": "a-1", "text": "Ana visita Nueva York", "label": [[0, 6, "PER"]]}'],
            "line 1: the entity PER at 0-6 is 'Ana vi' and cuts a word of 'Ana visita'",
        ),
        (
            [ANA.replace("LOC", "GPE"), RAIN.replace("Llueve", "Nieva")],
            "2 corrections cannot be taken, so nothing was imported:\n- FILE, line 1: the label 'GPE'",
        ),
    ],
)
def test_a_correction_that_does_not_fit_is_named_with_its_line_and_nothing_is_imported(
    folder: Path, lines: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder.parent / "rows.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert bring_back(folder, file) == 1
    assert says in capsys.readouterr().err.replace(str(file), "FILE")
    assert not (folder / "corrections").exists()


def test_what_is_said_twice_counts_once_and_what_is_not_in_the_corpus_waits(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder.parent / "rows.jsonl"
    file.write_text("\n".join([ANA, ANA, RAIN.replace("a-2", "z").replace("Llueve", "Nieva")]), encoding="utf-8")
    assert bring_back(folder, file) == 0
    message = capsys.readouterr().err.replace(str(file), "FILE")
    assert "FILE, line 2: FILE, line 1 corrects the same sentence, with the same entities; it is taken once" in message
    assert "FILE, line 3: 'Nieva' is not in the corpus now; its correction waits for a build that has it" in message
    assert [name for name, _ in corrections(folder)] == ["a-1", "z"]


def test_a_later_correction_replaces_an_earlier_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder.parent / "rows.jsonl"
    for text in (ANA, f"{RAIN}\n{ANA.replace('B-PER', 'O')}"):
        file.write_text(text, encoding="utf-8")
        assert bring_back(folder, file) == 0
    assert corrections(folder) == [("a-1", [[2, 4, "LOC"]]), ("a-2", [])]
    assert (
        "new corrections: 1, replaced: 1, in all: 2; sentences of this file whose entities people changed: 1."
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        (
            ["export", "OUT", "--lang", "spb", "--to", "conll"],
            2,
            r"no language 'spb'; allowed: deu, spa",
        ),
        (["export", "OUT", "--lang", "spa", "--to", "conll", "--split", "tran"], 2, "no split 'tran'; allowed: train"),
        (["export", "nowhere", "--lang", "spa", "--to", "conll"], 1, "nowhere is no corpus of silverner"),
        (["import", "nowhere", "--into", "OUT", "--lang", "spa"], 1, "cannot read nowhere"),
    ],
)
def test_wrong_usage_says_what_is_allowed(
    folder: Path, command: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder) if word == "OUT" else word for word in command]) == code
    assert re.search(says, capsys.readouterr().err)
