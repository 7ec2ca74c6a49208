from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from silverner.projection.errors import UsageError
from silverner.students.corpus import load_corpus
from silverner.students.preflight import read_inputs
from silverner.students.strategies import TrainedModel
from silverner.students.strategies.colada import Colada
from silverner.students.student import train_student
from silverner.students.targets import Target
from silverner.students.teaching.collaboration import Collaboration, plain_target, projected_target
from silverner.students.training.objective import OF_WORDS
from silverner.students.training_config import TrainerSettings
from tests.students.corpora import Killed, quick, same_weights, sentences, write_corpus, write_gold
from tests.taggers import write_tagger
from tests.tiny import write_model

PROBABILITIES = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1]], dtype=np.float32)
LOGITS = torch.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


def _gradient(target: Target) -> Any:
    """Return the gradient of the strategy's loss for two words."""
    values = {name: getattr(target, name) for name in OF_WORDS}
    if target.teacher_probabilities is None:
        values["teacher_probabilities"] = np.zeros((2, 3), np.float32)
    batch = {name: torch.from_numpy(value) for name, value in values.items()}
    logits = LOGITS.clone().requires_grad_()
    loss = Colada(teachers=("x",)).loss(logits, batch, TrainerSettings())
    loss.backward()
    return logits.grad


@pytest.mark.parametrize("share", [0.5, 0.1])
def test_projected_words_learn_the_mixture_of_projection_and_teacher(share: float) -> None:
    """The gradient is that of the cross-entropy with ``share * projected + (1 - share) * weight * teacher``."""
    weights = np.array([1.0, 0.25], dtype=np.float32)
    gradient = _gradient(projected_target(np.array([0, 2]), PROBABILITIES, weights, share=share))
    mixture = share * torch.eye(3)[[0, 2]] + (1 - share) * torch.from_numpy(weights[:, None] * PROBABILITIES)
    logits = LOGITS.clone().requires_grad_()
    (-(mixture * logits.log_softmax(-1)).sum(-1).mean()).backward()
    torch.testing.assert_close(gradient, logits.grad)


def test_plain_words_learn_their_tags_by_their_weights() -> None:
    gradient = _gradient(plain_target(np.array([1, 0]), np.array([1.0, 0.5], dtype=np.float32)))
    logits = LOGITS.clone().requires_grad_()
    losses = torch.nn.functional.cross_entropy(logits, torch.tensor([1, 0]), reduction="none")
    ((losses * torch.tensor([1.0, 0.5])).sum() / 2).backward()  # a mean over the words, not over their weights
    torch.testing.assert_close(gradient, logits.grad)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collaboration")
    write_corpus(folder / "corpus", parallel=True)  # every fifth sentence has lost its entities
    write_gold(folder / "gold.conll")
    write_model("bert", folder / "encoder")
    write_tagger("bert", folder / "teacher", learn=True)
    return folder


def _config(home: Path, **more: Any) -> Any:
    options = {"teachers": (str(home / "teacher"),), "max_rounds": 2, **more}
    return quick("colada", home / "encoder", home / "corpus", test=home / "gold.conll", **options)


def test_models_label_each_others_text_in_rounds(home: Path, tmp_path: Path) -> None:
    trained: list[tuple[str, str | None, list[Target]]] = []

    def train_once(
        corpus: Any, folder: Path, *, model: str | None = None, targets: Any = None
    ) -> TrainedModel:  # stands for a training that changes nothing: every student is the teacher
        (folder / "final").mkdir(parents=True)
        for file in (home / "teacher").iterdir():
            (folder / "final" / file.name).write_bytes(file.read_bytes())
        (folder / "checkpoint-3").mkdir()
        trained.append((folder.name, model, list(targets)))
        return TrainedModel(folder=folder / "final", facts={"course": len(trained)})

    config = _config(home)
    corpus = load_corpus(config.data, config.language)
    collaboration = Collaboration(config, corpus, train_once, neighbours=20)
    how: Any = {
        "teacher": str(home / "teacher"),
        "first_answers": lambda: config.strategy.teacher_probabilities(config, corpus)[0],
        "rounds": 2,
    }
    result = collaboration.run(tmp_path, **how)
    first, second = tmp_path / "round-1", tmp_path / "round-2"
    assert [(name, model) for name, model, _ in trained] == [
        ("projected", str(home / "teacher")),
        ("plain", None),
        ("projected", str(first / "plain" / "final")),
        ("plain", None),
    ]
    assert result.folder == second / "plain" / "final"
    courses = [{"projected": 1, "plain": 2}, {"projected": 3, "plain": 4}]
    assert result.facts == {"course": 4, "rounds": courses}
    assert not list(tmp_path.rglob("checkpoint-*"))
    shares = [{round(float(share), 3) for target in trained[k][2] for share in target.tag_share} for k in (0, 2)]
    assert shares == [{0.5}, {0.1}]
    # The first sentence has lost its entities; the teacher, which knows them, labels it in the second step.
    assert set(trained[0][2][0].tags.tolist()) == {0}
    assert set(trained[1][2][0].tags.tolist()) > {0}
    assert collaboration.run(tmp_path, **how) == result
    assert len(trained) == 4  # nothing is trained again


def test_the_second_step_reads_the_text_that_is_given(home: Path, tmp_path: Path) -> None:
    text = tmp_path / "plain.txt"
    lines = [f"{name} visits {place} ." for name in ("Ana", "York") for place in ("Kenya", "Bern", "York")]
    text.write_text("\n".join([*lines, "", " ".join(sentences()[0])]) + "\n")
    config = _config(home, max_rounds=1, text=text, training={"epochs": 1})
    corpus = read_inputs(replace(config, overlap="leave-out")).corpus
    assert [" ".join(row.tokens) for row in corpus.plain_rows] == lines  # the last is a sentence of the gold
    assert corpus.left_out["overlap"] == 13
    assert corpus.signature != replace(corpus, plain_rows=()).signature
    results = train_student(replace(config, overlap="leave-out"), tmp_path / "out")
    assert results["sentences"]["learnt"] + results["sentences"]["held_out"] == len(lines)
    assert results["text"] == "plain.txt"


def test_a_killed_collaboration_goes_on_to_the_same_weights(home: Path, tmp_path: Path) -> None:
    config = _config(home, max_rounds=1, training={"epochs": 2})
    whole = train_student(config, tmp_path / "whole")
    calls: list[int] = []

    def kill(step: int, total: int, loss: float) -> None:
        calls.append(step)
        if calls.count(8) == 2:  # in the second training
            raise Killed

    with pytest.raises(Killed):
        train_student(config, tmp_path / "cut", progress=kill)
    again = train_student(config, tmp_path / "cut")
    assert same_weights(tmp_path / "whole", tmp_path / "cut")
    assert again["rounds"] == whole["rounds"]


def test_a_fresh_student_learns(home: Path, tmp_path: Path) -> None:
    results = train_student(_config(home, max_rounds=1, training={"epochs": 30, "patience": 99}), tmp_path / "out")
    assert results["scores"]["test"]["f1"] > 30
    card = (tmp_path / "out" / "README.md").read_text()
    assert "| rounds | 1, of two trainings each; the student of the last |" in card


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"teachers": ()}, r"colada needs one teacher, given 0: --teacher MODEL, a tagger of the source language"),
        ({"teachers": ("a", "b")}, r"colada needs one teacher, given 2"),
        ({"max_rounds": 0}, r"--rounds 0 cannot be; it must be above 0"),
        ({"neighbours": 0}, r"--neighbours 0 cannot be; it must be above 0"),
        ({"teacher_schemes": ("iob1", "iob2")}, r"2 --teacher-scheme for 1 --teacher; give one for all"),
    ],
)
def test_options_that_cannot_be_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Colada(**{"teachers": ("a",), **options})
