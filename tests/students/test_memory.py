"""Students that do not fit into memory at once: groups of sentences, fewer activations, bfloat16."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import Trainer

from silverner.projection.errors import EngineError, UsageError
from silverner.students.student import train_student
from silverner.students.training_config import PRESETS, TrainerSettings
from tests.students.corpora import quick, write_corpus
from tests.taggers import write_tagger


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("memory")
    write_corpus(folder / "corpus")
    write_tagger("bert", folder / "teacher", learn=True)
    return folder


def _losses(home: Path, out: Path, **training: Any) -> list[float]:
    config = quick("hard", home / "teacher", home / "corpus", training={"batch": 8, **training})
    results = train_student(config, out)
    return [loss for _, loss in results["course"]["losses"]]


def _refuse_more_than(number: int, monkeypatch: pytest.MonkeyPatch, *, first: int = 0) -> list[int]:
    """Stand for a GPU on which no more than ``number`` sentences fit, from a step on; return the sizes it was given."""
    real, sizes = Trainer.training_step, list[int]()

    def step(self: Any, model: Any, inputs: Any, *more: Any, **named: Any) -> Any:
        sizes.append(len(inputs["input_ids"]))
        if len(inputs["input_ids"]) > number and self.state.global_step >= first:
            raise torch.OutOfMemoryError("out of memory")
        return real(self, model, inputs, *more, **named)

    monkeypatch.setattr(Trainer, "training_step", step)
    return sizes


def test_groups_of_sentences_add_up_to_the_same_steps(home: Path, tmp_path: Path) -> None:
    whole = _losses(home, tmp_path / "whole")
    groups = _losses(home, tmp_path / "groups", at_once=2)
    assert len(groups) == len(whole)
    # Every group weighs the same in a step, however many words it has, so the losses are near and not equal.
    assert groups == pytest.approx(whole, rel=0.2, abs=1e-3)


@pytest.mark.parametrize("first", [0, 4])
def test_a_batch_that_does_not_fit_is_halved_until_it_does(
    first: int, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sizes = _refuse_more_than(2, monkeypatch, first=first)
    config = quick("hard", home / "teacher", home / "corpus", training={"batch": 8})
    with caplog.at_level(logging.WARNING, logger="silverner"):
        results = train_student(config, tmp_path / "out")
    assert "8 sentences do not fit into memory; going on with 4 at once" in caplog.text
    assert "4 sentences do not fit into memory; going on with 2 at once" in caplog.text
    assert results["at_once"] == 2
    assert max(sizes[-3:]) <= 2
    assert results["course"]["steps"] == 6


def test_a_sentence_that_does_not_fit_is_an_error(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse_more_than(0, monkeypatch)
    with pytest.raises(EngineError, match=r"one sentence does not fit into memory; try --recompute"):
        train_student(quick("hard", home / "teacher", home / "corpus"), tmp_path / "out")


def test_activations_that_are_computed_again_change_no_loss(home: Path, tmp_path: Path) -> None:
    assert _losses(home, tmp_path / "again", recompute=True, freeze=1) == pytest.approx(
        _losses(home, tmp_path / "kept", freeze=1), rel=1e-4
    )


def test_a_student_that_computes_in_bfloat16_has_weights_in_float32(home: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    half = _losses(home, tmp_path / "half", precision="bfloat16")
    assert half == pytest.approx(_losses(home, tmp_path / "full"), rel=0.2)
    assert {value.dtype for value in load_file(tmp_path / "half" / "model.safetensors").values()} == {torch.float32}


def test_groups_that_do_not_divide_a_step_are_refused() -> None:
    with pytest.raises(UsageError, match=r"--at-once 3 does not divide --batch 32"):
        TrainerSettings(at_once=3)
    with pytest.raises(UsageError, match=r"--precision 'float16' is unknown; allowed: bfloat16, float32"):
        TrainerSettings(precision="float16")  # type: ignore[arg-type]


def test_a_preset_is_what_the_paper_says() -> None:
    preset = PRESETS["ts2020"]
    assert (preset.rate, preset.epochs, preset.batch, preset.freeze, preset.distance) == (1e-4, 3, 32, 3, "mse")
