from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from silverner.projection.errors import UsageError
from silverner.projection.spans import Span, tag_names
from silverner.students.corpus import Row, SilverCorpus, hold_out, load_corpus
from silverner.students.strategies import TrainedModel
from silverner.students.student import train_student
from silverner.students.targets import Reals
from silverner.students.teaching.reprojection import corpus_statistics, reproject, spans_from_probabilities, vote
from silverner.students.teaching.rounds import run_rounds
from tests.students.corpora import LABELS, quick, write_corpus, write_gold
from tests.taggers import write_tagger
from tests.tiny import write_model

NAMES = tag_names(["PER", "LOC"])


def _probabilities(*tags: str, highest: float = 0.96) -> Reals:
    """Probabilities of a student that gives these tags the highest."""
    rows = np.full((len(tags), len(NAMES)), (1 - highest) / (len(NAMES) - 1), dtype=np.float32)
    for row, tag in zip(rows, tags, strict=True):
        row[NAMES.index(tag)] = highest
    return rows


def test_a_sure_student_removes_and_adds_and_an_unsure_one_does_neither() -> None:
    projected = [Span(0, 1, "PER")]
    probabilities = _probabilities("O", "O", "B-LOC", "I-LOC")
    assert vote(projected, spans_from_probabilities(probabilities, LABELS), probabilities) == [Span(2, 4, "LOC")]
    probabilities = _probabilities("O", "O", "B-LOC", "I-LOC", highest=0.8)
    assert vote(projected, spans_from_probabilities(probabilities, LABELS), probabilities) == projected


def test_a_projected_entity_keeps_its_place_and_label_against_a_students_other() -> None:
    probabilities = _probabilities("B-LOC", "I-LOC", "O")
    assert vote([Span(0, 1, "PER")], spans_from_probabilities(probabilities, LABELS), probabilities) == [
        Span(0, 1, "PER")
    ]


def test_the_students_spans_are_candidates_of_the_next_projection() -> None:
    row = Row(
        id="a",
        tokens=("Ana", "visits", "New", "York", "City"),
        spans=(Span(2, 3, "LOC"),),
        confidences=(0.4,),
        source_tokens=("Ana", "visita", "Nueva", "York"),
        source_spans=(Span(2, 4, "LOC"),),
        links="0-0 1-1 2-2 3-3 3-4",
    )
    unsure = _probabilities("O", "O", "O", "B-LOC", "I-LOC", highest=0.5)
    projected = reproject(row, 0, unsure, LABELS, corpus_statistics([row], "eng"))
    assert projected.spans == (Span(2, 5, "LOC"),)
    assert projected.confidences[0] > 0.4
    unaligned = replace(row, source_tokens=(), links="")
    # Without an alignment there is nothing to project from.
    assert reproject(unaligned, 0, unsure, LABELS, corpus_statistics([unaligned], "eng")).spans == row.spans


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loop")
    write_corpus(folder / "corpus", parallel=True)
    write_corpus(folder / "plain")
    write_gold(folder / "gold.conll")
    write_model("bert", folder / "encoder")
    return folder


def test_the_loop_trains_rounds_and_keeps_the_one_that_agrees_most_on_rows_held_back(
    home: Path, tmp_path: Path
) -> None:
    config = quick("loop", home / "encoder", home / "corpus", test=home / "gold.conll", training={"epochs": 6})
    results = train_student(config, tmp_path / "out")
    rounds = results["rounds"]
    assert 1 <= len(rounds) <= 3
    agreements = [r["agreement"] for r in rounds]
    assert results["round"] == agreements.index(max(agreements)) + 1
    assert f"; round {results['round']} kept |" in (tmp_path / "out" / "README.md").read_text()
    assert (tmp_path / "out" / "model.safetensors").is_file()
    assert not (tmp_path / "out" / "checkpoints").exists()


def test_rounds_that_are_done_are_not_trained_again_and_labels_held_back_never_change(
    home: Path, tmp_path: Path
) -> None:
    corpus = load_corpus(str(home / "corpus"), "swh")
    config = quick("loop", home / "encoder", home / "corpus")
    trained_on: list[SilverCorpus] = []

    def train_once(corpus: SilverCorpus, folder: Path) -> TrainedModel:
        trained_on.append(corpus)
        write_tagger("bert", folder / "final", NAMES)
        return TrainedModel(folder=folder / "final", facts={"sentences": {}, "fresh": [], "course": None})

    first = run_rounds(config, corpus, tmp_path, train_once, max_rounds=3)
    trained = len(trained_on)
    assert run_rounds(config, corpus, tmp_path, train_once, max_rounds=3) == first
    assert len(trained_on) == trained > 1
    _, held_out = hold_out(corpus.rows, config.held_out)
    for one in trained_on:
        assert [row for row in one.rows if row.id in {row.id for row in held_out}] == held_out
    changed = [a.id for a, b in zip(corpus.rows, trained_on[1].rows, strict=True) if a.spans != b.spans]
    assert changed


def test_a_corpus_without_alignment_cannot_be_projected_again(home: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no source sentences with an alignment"):
        train_student(quick("loop", home / "encoder", home / "plain"), tmp_path / "out")
