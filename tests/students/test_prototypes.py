from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from silverner.projection.errors import UsageError
from silverner.projection.spans import Span
from silverner.students.corpus import Row, SilverCorpus
from silverner.students.strategies.prototype import Prototype
from silverner.students.student import train_student
from silverner.students.teaching.prototype_objective import PrototypeObjective
from silverner.students.teaching.prototypes import (
    TagMeans,
    moved_prototypes,
    shared,
    stable_share,
    voted_labels,
    votes,
)
from silverner.students.training.encoding import Window
from silverner.students.training_config import TrainerSettings
from tests.students.corpora import Killed, quick, same_weights, write_corpus, write_gold
from tests.taggers import write_tagger
from tests.tiny import write_model

SIMILARITY = np.array([[0.9, 0.2, 0.1], [0.3, 0.8, 0.7], [0.4, 0.3, 0.2]])


def test_a_prototype_is_a_moving_average_of_length_1() -> None:
    before = np.array([[1, 0], [0, 0]], dtype=np.float32)
    vectors = np.array([[0, 1], [0.6, 0.8], [0, 1]], dtype=np.float32)
    moved = moved_prototypes(before, vectors, np.array([0, 1, 0]))
    one_by_one = before[0].copy()
    for vector in (vectors[0], vectors[2]):
        one_by_one = 0.99 * one_by_one + 0.01 * vector
    np.testing.assert_allclose(moved[0], one_by_one / np.linalg.norm(one_by_one), rtol=1e-6)
    np.testing.assert_allclose(moved[0], [0.999794, 0.020300], atol=1e-6)
    np.testing.assert_allclose(moved[1], [0.6, 0.8], rtol=1e-6)


@pytest.mark.parametrize(
    ("thresholds", "expected"),
    [
        ([0.5, 0.5, 0.5], [[1, 0, 0], [0, 0.5, 0.5], [1, 0, 0]]),  # the last is nowhere above, and O is its highest
        ([0.0, 0.9, 0.6], [[1, 0, 0], [0.5, 0, 0.5], [1, 0, 0]]),
        ([0.95, 0.95, 0.95], [[1, 0, 0], [0, 0, 0], [1, 0, 0]]),  # the second has no vote
        ([0.5, np.inf, 0.5], [[1, 0, 0], [0, 0, 1], [1, 0, 0]]),
    ],
)
def test_tags_above_their_thresholds_share_the_vote_of_a_word(
    thresholds: list[float], expected: list[list[float]]
) -> None:
    np.testing.assert_allclose(votes(SIMILARITY, np.array(thresholds)), expected)


def test_votes_move_soft_labels_and_a_word_without_votes_keeps_its_own() -> None:
    labels = np.array([[0.2, 0.8, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    near = np.array([[1.0, 0, 0], [0, 0, 0], [0, 0, 1.0]])
    many = np.array([[0.0, 0.5, 0.5], [0, 0, 0], [0, 0, 0]])
    expected = [[0.9 * 0.2 + 0.05, 0.9 * 0.8 + 0.025, 0.025], [0.5, 0.5, 0], [0, 0, 1]]
    np.testing.assert_allclose(voted_labels(labels, near, many, stable=0.9), expected)


@given(
    arrays(np.float64, (4, 3), elements=st.floats(0, 1)),
    arrays(np.float64, (4, 3), elements=st.floats(-1, 1)),
    arrays(np.float64, (4, 3), elements=st.floats(0, 300)),
    st.floats(0.01, 0.99),
)
def test_labels_add_up_to_1_whatever_votes(labels: Any, similarity: Any, counts: Any, stable: float) -> None:
    labels = shared(labels + 0.01)
    voted = voted_labels(labels, votes(similarity, similarity.mean(0)), votes(counts, counts.mean(0)), stable=stable)
    np.testing.assert_allclose(voted.sum(axis=1), 1)
    assert ((voted >= 0) & (voted <= 1)).all()


def test_thresholds_are_means_over_the_words_with_a_tag() -> None:
    means = TagMeans(3)
    means.add(SIMILARITY, np.array([0, 1, 0]))
    means.add(SIMILARITY[:1], np.array([1]))
    assert means.means().tolist() == pytest.approx([(0.9 + 0.4) / 2, (0.8 + 0.2) / 2, np.inf])


def test_the_share_that_stays_falls_from_pass_to_pass() -> None:
    assert [stable_share(k, 3) for k in (1, 2, 3)] == pytest.approx([0.90, 0.85, 0.80])
    assert stable_share(4, 3) == pytest.approx(0.8)


CENTRES = np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
"""What the student sees of words outside, and of the beginnings of persons and of places."""
FLIPPED = {0: 0, 1: 3, 3: 1}


class _Student:
    """Stands for a model whose hidden states are those of planted clusters."""

    training = True

    def __init__(self, hidden: torch.Tensor) -> None:
        self._hidden = hidden

    def __call__(self, *, input_ids: torch.Tensor, **more: Any) -> Any:
        hidden = self._hidden[input_ids]
        logits = (hidden[..., :1] * torch.arange(5.0)).requires_grad_()
        return type("Output", (), {"logits": logits, "hidden_states": (hidden, hidden)})


def _planted(number: int = 300, noise: float = 0.25) -> tuple[PrototypeObjective, _Student, list[Any], Any, Any]:
    """One-word sentences in three clusters; the tags of a fifth of the persons and places are changed."""
    rng = np.random.default_rng(5)
    clean = rng.choice([0, 1, 3], number)
    wrong = (rng.random(number) < 0.2) & (clean > 0)
    tags = np.where(wrong, np.vectorize(FLIPPED.get)(clean), clean)
    hidden = CENTRES[(clean + 1) // 2] + rng.normal(0, noise, (number, 4))
    labels = ("PER", "LOC")
    rows = [
        Row(id=f"s{k}", tokens=("x",), spans=(Span(0, 1, labels[tag // 2]),) if tag else ())
        for k, tag in enumerate(tags.tolist())
    ]
    corpus = SilverCorpus(name="planted", labels=labels, rows=rows)
    objective = PrototypeObjective(Prototype(), TrainerSettings(epochs=10), corpus, neighbours=20)
    columns = [objective.columns(row, Window(k, (k,), (0,), (0,))) for k, row in enumerate(rows)]
    batches = []
    for start in range(0, number, 30):
        part = np.arange(start, start + 30)
        batch = {
            "input_ids": torch.from_numpy(part)[:, None],
            "attention_mask": torch.ones(30, 1),
            "positions": torch.arange(30),
            "tags": torch.from_numpy(tags[part]),
            "teacher_probabilities": torch.zeros(30, 5),
            "tag_share": torch.ones(30),
            "teacher_share": torch.zeros(30),
            "weights": torch.ones(30),
        }
        batches.append(batch | objective.tensors([columns[k] for k in part], 0))
    return objective, _Student(torch.from_numpy(hidden).float()), batches, clean, wrong


def test_planted_noise_is_corrected_from_the_third_pass_on() -> None:
    objective, student, batches, clean, wrong = _planted()
    right = []
    for _ in range(10):
        for batch in batches:
            objective.loss(student, batch)
        state = objective.state()
        right.append(float((state["labels"].argmax(dim=1).numpy() == clean).mean()))
    assert right[0] == right[1] == pytest.approx(1 - wrong.mean())
    assert right[-1] > 0.97
    doubt = 1 - state["labels"].numpy()[np.arange(len(clean)), np.where(wrong, np.vectorize(FLIPPED.get)(clean), clean)]
    higher = doubt[wrong][:, None] - doubt[~wrong][None, :]
    assert ((higher > 0).mean() + (higher == 0).mean() / 2) > 0.9  # the area under the curve
    assert state["labels"].sum(dim=1).numpy() == pytest.approx(1, abs=1e-4)


def test_a_student_that_is_measured_changes_nothing() -> None:
    objective, student, batches, *_ = _planted(60)
    objective.loss(student, batches[0])
    before = objective.state()
    student.training = False
    assert objective.loss(student, batches[1]).item() > 0
    after = objective.state()
    assert all(torch.equal(before[name], after[name]) or name == "labels" for name in before)
    assert torch.equal(before["labels"].nan_to_num(-1), after["labels"].nan_to_num(-1))


def test_words_of_source_text_keep_their_tags() -> None:
    objective, student, batches, *_ = _planted(60)
    row = Row(id="source:1", tokens=("x",), spans=(Span(0, 1, "PER"),))
    column = objective.columns(row, Window(0, (0,), (0,), (0,)))
    gold = {name: value[:1] for name, value in batches[0].items()} | {"tags": torch.tensor([1])}
    gold |= objective.tensors([column], 0)
    losses = []
    for _ in range(6):
        losses.append(objective.loss(student, gold).item())
        for batch in batches:
            objective.loss(student, batch)
    logits = student(input_ids=gold["input_ids"]).logits[0]
    assert losses == [pytest.approx(torch.nn.functional.cross_entropy(logits, torch.tensor([1])).item())] * 6
    assert len(objective.state()["labels"]) == 60


def test_source_text_alone_can_be_learnt() -> None:
    _, student, batches, *_ = _planted(60)
    objective = PrototypeObjective(
        Prototype(), TrainerSettings(epochs=10), SilverCorpus(name="none", labels=("PER", "LOC"), rows=())
    )
    row = Row(id="source:1", tokens=("x",), spans=(Span(0, 1, "PER"),))
    gold = {name: value[:1] for name, value in batches[0].items()}
    gold |= objective.tensors([objective.columns(row, Window(0, (0,), (0,), (0,)))], 0)
    assert len({objective.loss(student, gold).item() for _ in range(5)}) == 1


def test_an_objective_goes_on_from_its_state() -> None:
    whole, student, batches, *_ = _planted(120)
    cut = _planted(120)[0]
    steps = batches * 4
    losses = [whole.loss(student, batch).item() for batch in steps]
    for batch in steps[:9]:
        cut.loss(student, batch)
    resumed = _planted(120)[0]
    resumed.restore({name: value.clone() for name, value in cut.state().items()})
    assert [resumed.loss(student, batch).item() for batch in steps[9:]] == losses[9:]
    for name, value in whole.state().items():
        assert torch.equal(value, resumed.state()[name]), name


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prototypes")
    write_corpus(folder / "corpus", parallel=True)  # every fifth sentence has lost its entities
    write_gold(folder / "gold.conll")
    write_model("bert", folder / "encoder")
    write_tagger("bert", folder / "teacher", learn=True)
    return folder


@pytest.mark.parametrize("teachers", [0, 1])
def test_a_killed_student_goes_on_to_the_same_weights(teachers: int, home: Path, tmp_path: Path) -> None:
    names = (str(home / "teacher"),) * teachers
    config = quick(
        "prototype",
        home / "encoder",
        home / "corpus",
        teachers=names,
        test=home / "gold.conll",
        training={"epochs": 9, "patience": 99},
    )
    whole = train_student(config, tmp_path / "whole")
    assert whole["scores"]["test"]["f1"] > 40

    def kill(step: int, total: int, loss: float) -> None:
        if step == 32:
            raise Killed

    with pytest.raises(Killed):
        train_student(config, tmp_path / "cut", progress=kill)
    again = train_student(config, tmp_path / "cut")
    assert same_weights(tmp_path / "whole", tmp_path / "cut")
    assert again["course"] == whole["course"]


def test_a_training_that_ends_before_a_label_can_change_is_refused(home: Path, tmp_path: Path) -> None:
    config = quick("prototype", home / "encoder", home / "corpus")
    with pytest.raises(UsageError, match=r"--epochs 2 cannot be: .* corrects labels from the third epoch on; give"):
        train_student(config, tmp_path / "out")
