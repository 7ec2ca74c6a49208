from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from silverner.students.corpus import Row, SilverCorpus
from silverner.students.strategies.hard import Hard
from silverner.students.student import train_student
from silverner.students.training.encoding import Encoding, Window
from silverner.students.training.objective import Objective, run, word_logits
from silverner.students.training.trainer import last_checkpoint
from silverner.students.training_config import TrainingConfig
from tests.students.corpora import quick, write_corpus
from tests.tiny import write_model


class MeanState(Objective):
    """Draws hidden states to their mean over all steps so far; words of the source weigh that."""

    def __init__(self, strategy: Hard, config: TrainingConfig) -> None:
        super().__init__(strategy, config.training)
        self.mean = torch.zeros(1)
        self.seen: list[tuple[str, int]] = []

    def columns(self, row: Row, window: Window) -> dict[str, Any]:
        self.seen.append((row.id, len(window.words)))
        return {"source_words": len(row.source_tokens)}

    def tensors(self, examples: Sequence[Mapping[str, Any]], pad: int) -> dict[str, Any]:
        return {"source_words": torch.tensor([float(one["source_words"]) for one in examples])}

    def loss(self, model: Any, batch: Mapping[str, Any]) -> Any:
        output = run(model, batch, output_hidden_states=True)
        states = word_logits(output.hidden_states[-1], batch)
        assert len(states) == len(batch["tags"])
        if model.training:
            self.mean = 0.9 * self.mean + 0.1 * states.detach().mean(dim=0)
        distance = (states - self.mean).square().mean() * batch["source_words"].mean()
        return self.loss_of_words(word_logits(output.logits, batch), batch) + 0.1 * distance

    def state(self) -> dict[str, Any]:
        return {"mean": self.mean}

    def restore(self, state: Mapping[str, Any]) -> None:
        self.mean = state["mean"]


class Drawn(Hard):
    name, summary, card_sentence = "drawn", "the projected labels", "It learnt the projected labels."
    made: list[MeanState] = []  # noqa: RUF012 - of the class, so that it is no option

    def objective(self, config: TrainingConfig, corpus: SilverCorpus, encoding: Encoding) -> MeanState:
        self.made.append(MeanState(self, config))
        return self.made[-1]


@pytest.fixture
def config(tmp_path: Path) -> TrainingConfig:
    write_corpus(tmp_path / "corpus", parallel=True)
    write_model("bert", tmp_path / "encoder")
    return replace(quick("hard", tmp_path / "encoder", tmp_path / "corpus"), strategy=Drawn())


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    weights: dict[str, torch.Tensor] = load_file(folder / "model.safetensors")
    return weights


def test_what_an_objective_remembers_survives_a_kill(
    config: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_student(config, tmp_path / "whole")

    def kill(step: int, total: int, loss: float) -> None:
        if step == 8:
            raise KeyboardInterrupt

    def cut(name: str) -> dict[str, torch.Tensor]:
        with pytest.raises(KeyboardInterrupt):
            train_student(config, tmp_path / name, progress=kill)
        checkpoint = last_checkpoint(tmp_path / name / "checkpoints")
        assert checkpoint is not None
        assert set(load_file(checkpoint / "objective.safetensors")) == {"mean"}
        train_student(config, tmp_path / name)
        return _weights(tmp_path / name)

    whole, resumed = _weights(tmp_path / "whole"), cut("cut")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    monkeypatch.setattr(MeanState, "restore", lambda self, state: None)
    forgetful = cut("forgetful")
    assert not all(torch.equal(whole[name], forgetful[name]) for name in whole)


def test_an_objective_reads_every_row_and_is_made_for_one_training(config: TrainingConfig, tmp_path: Path) -> None:
    Drawn.made.clear()
    train_student(config, tmp_path / "a")
    train_student(replace(config, training=replace(config.training, seed=2)), tmp_path / "b")
    first, second = Drawn.made
    assert first is not second
    assert sorted(first.seen) == sorted((f"s{k}", 3 + k % 7) for k in range(24))


def test_strategies_that_remember_nothing_write_no_file_of_it(config: TrainingConfig, tmp_path: Path) -> None:
    def kill(step: int, total: int, loss: float) -> None:
        if step == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_student(replace(config, strategy=Hard()), tmp_path / "cut", progress=kill)
    assert list((tmp_path / "cut" / "checkpoints").glob("checkpoint-*"))
    assert not list((tmp_path / "cut" / "checkpoints").rglob("objective.safetensors"))
