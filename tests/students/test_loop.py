from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.errors import UsageError
from silverner.projection.spans import Span, tag_names, tags_from_spans
from silverner.students.corpus import Row, SilverCorpus, hold_out, load_corpus
from silverner.students.strategies import TrainedModel
from silverner.students.student import train_student
from silverner.students.targets import Reals
from silverner.students.teaching.revision import Trust, revise, trust
from silverner.students.teaching.rounds import run_rounds
from tests.students.corpora import LABELS, quick, write_corpus, write_gold
from tests.taggers import write_tagger
from tests.tiny import write_model

NAMES = tag_names(["PER", "LOC"])


FULL = Trust(entities=1.0, nothing=1.0)
ANA, YORK = Span(0, 1, "PER"), Span(2, 4, "LOC")


def _probabilities(*tags: str, highest: float = 0.96) -> Reals:
    """Probabilities of a student that gives these tags the highest."""
    rows = np.full((len(tags), len(NAMES)), (1 - highest) / (len(NAMES) - 1), dtype=np.float32)
    for row, tag in zip(rows, tags, strict=True):
        row[NAMES.index(tag)] = highest
    return rows


def _row(spans: Sequence[Span], confidences: Sequence[float], lost: Sequence[Span] = ()) -> Row:
    tokens = ("Ana", "in", "New", "York", "City")
    return Row(
        id="a",
        tokens=tokens,
        spans=tuple(spans),
        confidences=tuple(confidences),
        source_tokens=tokens,
        source_spans=(*spans, *lost),
    )


@pytest.mark.parametrize(
    ("row", "tags", "trusted", "expected"),
    [
        # What the student does not find goes if its word for that is above the confidence,
        (_row([ANA], [0.8]), "O O O O O", FULL, {}),
        (_row([ANA], [0.97]), "O O O O O", FULL, {ANA: 0.97}),
        # as far as it finds what is projected: .9 * .96 is above .8, .8 * .96 is not.
        (_row([ANA], [0.8]), "O O O O O", Trust(entities=1, nothing=0.9), {}),
        (_row([ANA], [0.8]), "O O O O O", Trust(entities=1, nothing=0.8), {ANA: 0.8}),
        # Of two that overlap the one with more behind it stays,
        (_row([YORK], [0.8]), "O O B-LOC I-LOC I-LOC", FULL, {Span(2, 5, "LOC"): 0.96}),
        (_row([YORK], [0.8]), "O O B-LOC I-LOC I-LOC", Trust(entities=0.8, nothing=1), {YORK: 0.8}),
        # whatever its label.
        (_row([ANA], [0.8]), "B-LOC O O O O", FULL, {Span(0, 1, "LOC"): 0.96}),
        # Where nothing is projected, the student must be surer if the source has no such entity that was lost.
        (_row([ANA], [0.8]), "B-PER O B-LOC I-LOC O", Trust(entities=0.6, nothing=1), {ANA: 0.8}),
        (_row([ANA], [0.8], [YORK]), "B-PER O B-LOC I-LOC O", Trust(entities=0.6, nothing=1), {ANA: 0.8, YORK: 0.576}),
        (_row([ANA], [0.8], [YORK]), "B-PER O B-PER O O", Trust(entities=0.6, nothing=1), {ANA: 0.8}),
        (_row([ANA], [0.8]), "B-PER O B-LOC I-LOC O", FULL, {ANA: 0.96, YORK: 0.96}),
        # An entity that goes is lost, and the student's own can take its place.
        (
            _row([Span(4, 5, "LOC")], [0.2]),
            "O O B-LOC I-LOC O",
            Trust(entities=0.6, nothing=1),
            {YORK: 0.576},
        ),
    ],
)
def test_a_student_corrects_what_it_knows_better(
    row: Row, tags: str, trusted: Trust, expected: dict[Span, float]
) -> None:
    revised = revise(row, _probabilities(*tags.split()), LABELS, trusted)
    assert dict(zip(revised.spans, revised.confidences, strict=True)) == pytest.approx(expected, abs=1e-5)
    assert (revised.id, revised.tokens, revised.source_spans) == (row.id, row.tokens, row.source_spans)


def test_trust_is_precision_and_recall_on_held_out_rows() -> None:
    rows = [_row([ANA, YORK], [1, 1]), _row([ANA], [1])]
    for predicted, precision, recall in (
        ([[ANA, Span(2, 5, "LOC")], []], 1 / 2, 1 / 3),
        ([[ANA], []], 1, 1 / 3),
        ([[], []], 0, 0),
    ):
        trusted = trust(rows, predicted)
        assert (trusted.entities, trusted.nothing) == pytest.approx((precision, recall))


SPANS = st.lists(st.sampled_from([ANA, Span(1, 2, "LOC"), YORK, Span(4, 5, "PER")]), unique=True).map(sorted)


@given(spans=SPANS, confidence=st.floats(0.001, 1), highest=st.floats(0.21, 1), certain=st.booleans())
def test_a_mute_student_changes_nothing(spans: list[Span], confidence: float, highest: float, certain: bool) -> None:
    row = _row(spans, [confidence] * len(spans))
    says = _probabilities(*["O"] * 5, highest=1.0 if certain else highest)
    assert revise(row, says, LABELS, trust([row], [[]])) == row


@given(projected=SPANS, gold=SPANS, confidence=st.floats(0.001, 0.9))
def test_a_student_that_is_right_mends_all_and_breaks_nothing(
    projected: list[Span], gold: list[Span], confidence: float
) -> None:
    row = _row(projected, [confidence] * len(projected), [span for span in gold if span not in projected])
    says = _probabilities(*tags_from_spans(gold, 5))
    assert revise(row, says, LABELS, FULL).spans == tuple(gold)


@given(spans=SPANS, seed=st.integers(0, 999), precision=st.floats(0, 1), recall=st.floats(0, 1))
def test_entities_never_overlap_and_have_confidences(
    spans: list[Span], seed: int, precision: float, recall: float
) -> None:
    says = np.random.default_rng(seed).dirichlet(np.full(len(NAMES), 0.3), size=5).astype(np.float32)
    trusted = Trust(entities=precision, nothing=recall)
    revised = revise(_row(spans, [0.5] * len(spans)), says, LABELS, trusted)
    assert len(tags_from_spans(revised.spans, 5)) == 5  # which refuses spans that overlap
    assert all(0 <= confidence <= 1 for confidence in revised.confidences)
    assert len(revised.spans) == len(revised.confidences)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loop")
    write_corpus(folder / "corpus", parallel=True)
    write_corpus(folder / "plain")
    write_gold(folder / "gold.conll")
    write_model("bert", folder / "encoder")
    write_tagger("bert", folder / "tagger", learn=True)
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
    config = quick("loop", home / "encoder", home / "corpus", held_out=0.3)
    trained_on: list[SilverCorpus] = []

    def train_once(corpus: SilverCorpus, folder: Path) -> TrainedModel:
        trained_on.append(corpus)
        shutil.copytree(home / "tagger", folder / "final", dirs_exist_ok=True)
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


def test_a_corpus_without_confidences_cannot_be_corrected(home: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="corrects entities of low confidence, and all of plain/swh have 1, or none"):
        train_student(quick("loop", home / "encoder", home / "plain"), tmp_path / "out")
