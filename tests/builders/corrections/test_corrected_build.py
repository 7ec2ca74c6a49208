"""What people corrected stands in the rows beside what the program said, in this build and in later ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import datasets
import pytest

from silverner.builders.build import BuildOptions, build
from silverner.builders.recipe.load import load_recipe
from silverner.dataset_cards.check import check_folder
from silverner.dataset_cards.facts import LanguageFacts
from silverner.projection.chain import ShardStore
from silverner.projection.errors import DataError
from silverner.students.corpus import load_corpus
from tests.corpora import write_corpus

ANA = {"id": "a-1", "tokens": ["Ana", "visita", "Nueva", "York"], "entities": [[2, 4, "LOC"]]}
RAIN = {"id": "a-2", "tokens": ["Llueve"], "entities": []}
GONE = {"id": "old-7", "tokens": ["Ya", "no", "está"], "entities": []}


def correct(folder: Path, *corrections: dict[str, Any]) -> None:
    path = folder / "out/corrections/spa.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in corrections), encoding="utf-8")


def build_in(folder: Path, *changes: str) -> LanguageFacts:
    options = BuildOptions(out=folder / "out", store=ShardStore(folder / "store"))
    return build(load_recipe(str(folder / "recipe.yaml"), changes=changes), ["spa"], options)["spa"]


def rows_of(folder: Path) -> list[dict[str, Any]]:
    return list(datasets.load_dataset(str(folder / "out"), "spa", split="train"))


def tags_of(row: dict[str, Any]) -> list[int]:
    tags: list[int] = row["ner_tags"]
    return tags


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_corpus(tmp_path)
    build_in(tmp_path)
    return tmp_path


def test_a_correction_decides_the_tags_and_stands_beside_what_the_program_said(folder: Path) -> None:
    before = rows_of(folder)
    correct(folder, ANA, RAIN)
    build_in(folder)
    ana, rain, cross = rows_of(folder)
    assert tags_of(ana) == [0, 0, 5, 6]
    assert ana["human_entities"] == [{"start": 2, "end": 4, "label": "LOC"}]
    assert [(e["start"], e["end"], e["label"]) for e in ana["entities"]] == [(0, 1, "PER"), (2, 4, "LOC")]
    assert (rain["human_entities"], tags_of(rain)) == ([], [0])
    assert cross.pop("human_entities") is None
    assert cross == before[2]
    assert check_folder(folder / "out") == []


def test_corrections_survive_a_build_with_other_settings_and_other_sentences(folder: Path) -> None:
    correct(folder, ANA)
    for name, line in (("eng.conll", "Bern\tB-LOC\n\n"), ("spa.txt", "Berna\n"), ("spa.links", "0-0\n")):
        (folder / name).write_text(line + (folder / name).read_text().replace("sent_id = a", "sent_id = x"))
    facts = build_in(folder, "matcher=greedy", "keep={without: []}").corrections
    rows = {row["id"]: row["human_entities"] for row in rows_of(folder)}
    assert rows.pop("x-1") == [{"start": 2, "end": 4, "label": "LOC"}]
    assert list(rows.values()) == [None, None, None]
    assert facts is not None
    assert (facts.sentences, facts.changed, facts.unused) == (1, 1, 0)


def test_a_folder_that_holds_corrections_alone_can_be_built_into(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    correct(tmp_path, ANA)
    facts = build_in(tmp_path).corrections
    assert facts is not None
    assert facts.sentences == 1


def test_facts_and_card_count_corrections_and_score_the_program_by_them(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    correct(folder, ANA, RAIN, GONE)
    facts = build_in(folder).corrections
    assert facts is not None
    assert (facts.sentences, facts.changed, facts.unused) == (2, 1, 1)
    assert facts.scores is not None
    assert (facts.scores.precision, facts.scores.recall) == (50.0, 100.0)
    assert (
        "corrections/spa.jsonl: corrections whose sentence is not in the corpus: 1 ('old-7'); they stay in the file"
        in caplog.text
    )
    card = (folder / "out/README.md").read_text(encoding="utf-8")
    assert "- `spa`: sentences that people looked at: 2, with changed entities: 1; strict F1 66.7" in card
    assert "corrections whose sentence is not in the corpus: 1." in card
    assert "nobody checked them" not in card
    assert check_folder(folder / "out") == []


def test_rows_without_corrections_are_the_same_byte_for_byte_as_before(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in (folder / "out").rglob("*.parquet")}
    signature = json.loads((folder / "out/manifest.json").read_text())["languages"]["spa"]["signature"]
    correct(folder, ANA)
    changed = build_in(folder)
    assert changed.signature != signature
    assert changed.corrections is not None
    assert changed.corrections.uncorrected == signature
    shutil.rmtree(folder / "out/corrections")
    assert build_in(folder).signature == signature
    assert {path.name: path.read_bytes() for path in (folder / "out").rglob("*.parquet")} == before


def test_a_label_that_the_recipe_lost_is_named_with_its_line(folder: Path) -> None:
    correct(folder, RAIN, ANA)
    with pytest.raises(DataError, match=r"spa.jsonl, line 2: the label 'LOC' is not among PER, ORG; correct the line"):
        build_in(folder, "labels=[PER, ORG]", "label_map={LOC: O}")


@pytest.mark.parametrize(
    ("corrections", "says"),
    [
        ([ANA, RAIN], "corrections/spa.jsonl: it has changed since the rows were written; build it again"),
        (None, "corrections/spa.jsonl: the manifest names it, but it does not exist; build it again"),
        ([ANA | {"entities": [[0, 9, "PER"]]}], "line 1: the entity PER 0-9 is outside its 4 tokens"),
    ],
)
def test_the_check_finds_corrections_that_the_rows_do_not_show(
    folder: Path, corrections: list[dict[str, Any]] | None, says: str
) -> None:
    correct(folder, ANA)
    build_in(folder)
    if corrections is None:
        shutil.rmtree(folder / "out/corrections")
    else:
        correct(folder, *corrections)
    findings = [str(finding) for finding in check_folder(folder / "out")]
    assert len(findings) == 1
    assert says in findings[0]


def test_the_check_finds_corrections_of_a_language_that_is_not_there(folder: Path) -> None:
    correct(folder, ANA)
    (folder / "out/corrections/spa.jsonl").rename(folder / "out/corrections/xyz.jsonl")
    assert [str(finding) for finding in check_folder(folder / "out")] == [
        "corrections/xyz.jsonl: the corpus has no such language; build that language, or move the file out of the "
        "folder [stray]"
    ]


def test_a_student_learns_what_people_see_and_trusts_it(folder: Path) -> None:
    correct(folder, ANA)
    build_in(folder)
    ana, _, cross = load_corpus(str(folder / "out"), "spa").rows
    assert [(s.start, s.end, s.label) for s in ana.spans] == [(2, 4, "LOC")]
    assert (ana.confidences, ana.score, ana.lost_spans) == ((1.0,), 1.0, ())
    assert cross.confidences != (1.0, 1.0)
