from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from silverner.projection.chain import DROP, FittingStage
from silverner.projection.errors import DataError, EngineError
from silverner.projection.projector import Projector
from silverner.projection.scoring.confidence import confidence
from silverner.projection.stages import (
    Gloss,
    Project,
    ProjectInCorpus,
)
from silverner.projection.translation.dictionary import Dictionary
from tests.projection.helpers import write
from tests.projection.stages.helpers import check_types

PROJECT: dict[str, list[Any]] = {
    "id": ["s1", "s2", "s3"],
    "source.tokens": [["Ana", "visits", "New", "York"], ["so"], ["Ana", "runs"]],
    "source.entities": [
        [{"start": 0, "end": 1, "label": "PER"}, {"start": 2, "end": 4, "label": "LOC"}],
        [],
        [{"start": 0, "end": 1, "label": "PER"}],
    ],
    "target.tokens": [["Ana", "visita", "Nueva", "York"], ["así"], ["Corre"]],
    "links.forward": ["0-0 1-1 2-2 3-3", "", "1-0"],
    "links.reverse": ["0-0 1-1 2-2 3-3", "0-0", "1-0"],
}


def test_project_carries_entities_over():
    stage = Project(Projector(score="dice"))
    output = stage.apply(PROJECT)
    check_types(stage, output)
    sure = [e.pop("confidence") for row in output["projected.entities"] for e in row]
    assert sure == [confidence("dice", chosen=1.0, rival=rival) for rival in (0.0, 2 / 3)]
    assert output["projected.entities"] == [
        [
            {"start": 0, "end": 1, "label": "PER", "score": 1.0, "source_start": 0, "source_end": 1},
            {"start": 2, "end": 4, "label": "LOC", "score": 1.0, "source_start": 2, "source_end": 4},
        ],
        [],
        [],
    ]
    assert output["projected.lost"] == [[], [], [{"start": 0, "end": 1, "label": "PER"}]]
    assert output["projected.score"] == [1.0, 1.0, 0.0]
    assert output["projected.links"] == ["0-0 1-1 2-2 3-3", "0-0", "1-0"]


def test_project_is_signed_by_its_settings():
    assert Project(Projector()).settings() == Project(Projector()).settings()
    assert Project(Projector()).settings() != Project(Projector(threshold=0.5)).settings()
    assert Project(Projector()).settings()["matcher"] == "exact"


def test_project_names_the_sentence_that_breaks_a_rule():
    batch = {name: column[:1] for name, column in PROJECT.items()}
    with pytest.raises(DataError, match="sentence s1: link 0-9 is out of range"):
        Project(Projector()).apply({**batch, "links.forward": ["0-9"]})
    with pytest.raises(DataError, match="sentence s1: the span 3-5"):
        Project(Projector()).apply({**batch, "source.entities": [[{"start": 3, "end": 5, "label": "X"}]]})


def test_entities_projected_onto_words_end_on_the_tokens_of_these():
    # Four tokens, of which the middle two are one word.
    stage = Project(Projector(score="dice"), grouped=True)
    output = stage.apply(
        {
            "id": ["a"],
            "source.tokens": [["New", "York", "sleeps"]],
            "source.entities": [[{"start": 0, "end": 2, "label": "LOC"}]],
            "target.words": [["纽约", "睡"]],
            "target.ends": [[2, 3]],
            "links.forward": ["0-0 1-0 2-1"],
            "links.reverse": ["0-0 1-0 2-1"],
        }
    )
    check_types(stage, output)
    (entity,) = output["projected.entities"][0]
    assert (entity["start"], entity["end"], entity["label"]) == (0, 2, "LOC")
    assert output["projected.links"] == ["0-0 0-1 1-0 1-1 2-2"]


UK: dict[str, list[Any]] = {
    "id": ["s1", "s2", "s3", "s4"],
    "source.tokens": [["UK"]] * 4,
    "source.entities": [[{"start": 0, "end": 1, "label": "LOC"}]] * 4,
    "target.tokens": [["Reino", "Unido"]] * 4,
    "links.forward": ["0-0"] * 4,
    "links.reverse": ["0-0 0-1"] * 4,
}


def places(output: dict[str, list[Any]]) -> list[tuple[int, int]]:
    return [(e["start"], e["end"]) for row in output["projected.entities"] for e in row]


def test_project_in_corpus_knows_what_the_other_sentences_say(tmp_path: Path):
    stage = ProjectInCorpus(Projector())
    assert isinstance(stage, FittingStage) and not isinstance(Project(Projector()), FittingStage)
    stage.fit(iter([{**UK, DROP: [None] * 4}]), tmp_path / "counts")
    stage.load(tmp_path / "counts")
    assert places(stage.apply(UK)) == [(0, 2)] * 4
    assert places(Project(Projector()).apply(UK)) == [(0, 1)] * 4


def test_project_in_corpus_counts_no_sentence_that_was_dropped(tmp_path: Path):
    gone: dict[str, list[Any]] = {name: [None] * 4 if name != "id" else column for name, column in UK.items()}
    stage = ProjectInCorpus(Projector())
    stage.fit(iter([{**gone, DROP: ["no-translation"] * 4}]), tmp_path / "counts")
    stage.load(tmp_path / "counts")
    assert places(stage.apply(UK)) == [(0, 1)] * 4


def test_counts_of_the_same_corpus_are_the_same_bytes_and_replaced_ones_are_read_anew(tmp_path: Path):
    batch = {**UK, DROP: [None] * 4}
    stage = ProjectInCorpus(Projector())
    stage.fit(iter([batch]), tmp_path / "one")
    halves = [{name: column[k : k + 2] for name, column in batch.items()} for k in (0, 2)]
    stage.fit(iter(halves), tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    stage.load(tmp_path / "one")
    assert places(stage.apply(UK)) == [(0, 2)] * 4
    stage.fit(iter([]), tmp_path / "two")
    (tmp_path / "two").replace(tmp_path / "one")
    assert places(stage.apply(UK)) == [(0, 1)] * 4


def test_project_in_corpus_needs_its_counts(tmp_path: Path):
    stage = ProjectInCorpus(Projector())
    with pytest.raises(EngineError, match="the stage 'project' was applied before it was fitted: it has no counts"):
        stage.apply(UK)
    stage.load(write(tmp_path / "counts", "no Parquet"))
    with pytest.raises(DataError, match=r"the stored counts of words and links .*counts cannot be read"):
        stage.apply(UK)


def test_project_takes_what_a_tagger_found_in_the_target():
    stage = Project(Projector(proposer="ner"), evidence=["target.tagger_entities"])
    seen = [[{"start": 0, "end": 2, "label": "ORG"}], [], [{"start": 1, "end": 2, "label": "PER"}], []]
    output = stage.apply({**UK, "target.tagger_entities": seen})
    assert [[(e["start"], e["end"], e["label"]) for e in row] for row in output["projected.entities"]] == [
        [(0, 2, "LOC")],
        [],
        [(1, 2, "LOC")],
        [],
    ]


def test_project_hears_what_names_are_called(tmp_path: Path):
    names = Gloss(Dictionary(write(tmp_path / "names.tsv", "UK\tReino Unido\n"), target="spa"))
    glosses = names.apply({**UK, "source.entities": [*UK["source.entities"][:3], []]})
    check_types(names, glosses)
    assert glosses == {"source.glosses": [[["Reino", "Unido"]]] * 3 + [[]]}
    batch = {**UK, "links.reverse": ["0-0"] * 4}
    assert places(Project(Projector()).apply(batch)) == [(0, 1)] * 4
    glossed = Project(Projector(), evidence=["source.glosses"])
    assert glossed.inputs[-1] == "source.glosses"
    assert places(glossed.apply({**batch, **names.apply(batch)})) == [(0, 2)] * 4
