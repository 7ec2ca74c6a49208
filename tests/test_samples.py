"""A sample of a corpus on the command line: drawn, judged by people, and what it says of the corpus."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from silverner.cli import main
from tests.corpora import built


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("corpus"), filters={}, keep={})


def draw(folder: Path, file: Path, *options: str) -> list[dict[str, str]]:
    assert main(["sample", str(folder), "--lang", "spa", "--out", str(file), *options]) == 0
    return list(csv.DictReader(file.open(encoding="utf-8"))) if file.suffix == ".csv" else []


def judge(file: Path, rows: list[dict[str, str]], answers: list[str], delimiter: str = ",") -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as table:
        writer = csv.DictWriter(table, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows([row | {"right": answer} for row, answer in zip(rows, answers, strict=True)])


def estimate(folder: Path, file: Path, *options: str) -> int:
    return main(["evaluate", "--judged", str(file), "--corpus", str(folder), "--lang", "spa", *options])


def test_a_draw_is_the_same_for_a_seed_and_another_for_another(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "drawn.csv"
    draws = [draw(folder, file, "--size", "2", "--seed", str(seed)) for seed in (0, 0, 1, 2, 3)]
    assert draws[0] == draws[1]
    assert any(other != draws[0] for other in draws[2:])
    [ana] = [row for row in draw(folder, file) if row["entity"] == "[[ Ana ]]"]
    assert ana == {
        "id": "a-1", "start": "0", "end": "1", "label": "PER", "entity": "[[ Ana ]]",
        "sentence": "PER: [[ Ana ]] visita Nueva York", "right": "",
    }  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_judged_entities_estimate_precision_and_no_recall(
    folder: Path, tmp_path: Path, delimiter: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "drawn.csv"
    judge(file, draw(folder, file), ["yes", "No", "1", "y"], delimiter)
    assert estimate(folder, file) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("precision 75.0 (")
    assert lines[0].endswith("from 3 of 4 entities")
    assert lines[1].startswith("recall: entities that the program missed are not among those judged")
    assert "intervals of Wilson; entities of one sentence count together (2 sentences)" in lines[2]


def test_judged_sentences_estimate_precision_and_recall_by_the_entities_that_people_add(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "drawn.conll"
    draw(folder, file, "--by", "sentence")
    file.write_text(file.read_text(encoding="utf-8").replace("B-PER", "O").replace("Llueve\tO", "Llueve\tB-ORG"))
    assert estimate(folder, file, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["precision"]["hits"], facts["precision"]["items"]) == (3, 4)
    assert (facts["recall"]["hits"], facts["recall"]["items"], facts["sentences"]) == (3, 4, 3)


def test_a_sample_that_nobody_changed_is_said_to_be_so(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "drawn.conll"
    draw(folder, file, "--by", "sentence")
    assert estimate(folder, file) == 0
    assert "People changed nothing in this sample. If nobody has looked at it yet" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answers", "change", "says"),
    [
        (
            ["yes", "", "no", "so"],
            {},
            "an estimate needs every answer:\n- FILE, line 3: the column 'right' is ''; write yes",
        ),
        (["yes"] * 4, {"end": "9"}, "the corpus has no entity"),
        (["yes"] * 4, {"end": "x"}, "line 2: id, start, end and label are not those of an entity"),
    ],
)
def test_a_table_that_cannot_be_used_says_which_line(
    folder: Path,
    tmp_path: Path,
    answers: list[str],
    change: dict[str, str],
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "drawn.csv"
    rows = draw(folder, file)
    judge(file, [rows[0] | change, *rows[1:]], answers)
    assert estimate(folder, file) == 1
    assert says in capsys.readouterr().err.replace(str(file), "FILE")


def test_an_entity_that_is_judged_twice_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "drawn.csv"
    rows = draw(folder, file, "--size", "1")
    judge(file, rows * 2, ["yes", "no"])
    assert estimate(folder, file) == 1
    assert "line 3: FILE, line 2 judges the same entity; judge a" in capsys.readouterr().err.replace(str(file), "FILE")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (
            ["sample", "OUT", "--lang", "spa", "--to", "conll"],
            "--to is the format of sentences, and entities are a table",
        ),
        (["evaluate"], "give --gold and --predicted; without gold, a sample that people judged: --judged"),
        (["evaluate", "--judged", "x.csv"], "a judged sample needs --judged FILE, --corpus FOLDER and --lang CODE"),
    ],
)
def test_wrong_usage_says_what_is_needed(
    folder: Path, command: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder) if word == "OUT" else word for word in command]) == 2
    assert says in capsys.readouterr().err
