"""Trains one student towards its targets with ``transformers.Trainer``; a killed run goes on to the same weights.

A checkpoint holds weights as safetensors. Beside them ``Trainer`` keeps the states of optimiser, schedule and random
numbers in files of ``torch.save``, and reads them with ``weights_only=True``, which runs no code. They are removed when
training ends, like ``training_args.bin``, which nothing here reads.
"""

from __future__ import annotations

import json
import logging
import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from silverner.projection.neural.checkpoint import silent_transformers
from silverner.students.targets import Target
from silverner.students.training.encoding import Window
from silverner.students.training_config import TrainerSettings

LOG = logging.getLogger("silverner")
Progress = Callable[[int, int, float], None]
"""Called with the number of the step, of all steps, and the held-out loss."""
Loss = Callable[[Any, Mapping[str, Any], TrainerSettings], Any]
"""Makes the loss of a batch: see :meth:`~silverner.students.strategies.strategy.Strategy.loss`."""
OF_WORDS = ("tags", "teacher_probabilities", "tag_share", "weights")
"""The tensors of a batch that have one row a word: the fields of a target."""


@dataclass(frozen=True, slots=True)
class TrainingCourse:
    """How a training went.

    :param steps: Number of steps.
    :param best: The step whose weights the student has.
    :param losses: Step and held-out loss of every measurement.
    """

    steps: int
    best: int
    losses: tuple[tuple[int, float], ...]


def training_examples(windows: Sequence[Window], targets: Sequence[Target], tags: int) -> list[dict[str, Any]]:
    """Give windows the targets of their sentences.

    :param windows: The windows.
    :param targets: The target of every sentence.
    :param tags: Number of tags.
    :returns: Rows for :func:`collate_batch`.
    """
    rows = []
    for window in windows:
        target, words = targets[window.sentence], list(window.words)
        probabilities = target.teacher_probabilities
        if probabilities is None:
            probabilities = np.zeros((len(target.tags), tags), np.float32)
        row = {
            "input_ids": window.ids,
            "positions": window.positions,
            "tags": target.tags[words],
            "teacher_probabilities": probabilities[words],
            "tag_share": target.tag_share[words],
            "weights": target.weights[words],
        }
        rows.append(row)
    return rows


def collate_batch(rows: Sequence[dict[str, Any]], pad: int) -> dict[str, Any]:
    """Make a batch: ids are padded to one length; what belongs to words is put in one row, with positions in the ids.

    :param rows: Rows of :func:`training_examples`.
    :param pad: The id to pad with.
    :returns: Tensors.
    """
    import torch

    length = max(len(row["input_ids"]) for row in rows)
    ids = torch.full((len(rows), length), pad, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for k, row in enumerate(rows):
        ids[k, : len(row["input_ids"])] = torch.tensor(row["input_ids"])
        mask[k, : len(row["input_ids"])] = 1
    positions = torch.tensor([k * length + position for k, row in enumerate(rows) for position in row["positions"]])
    words = {name: torch.from_numpy(np.concatenate([row[name] for row in rows])) for name in OF_WORDS}
    return {"input_ids": ids, "attention_mask": mask, "positions": positions, **words}


def train(
    model: Any,
    tokenizer: Any,
    learnt: Sequence[dict[str, Any]],
    held_out: Sequence[dict[str, Any]],
    folder: Path,
    settings: TrainerSettings,
    *,
    loss: Loss,
    progress: Progress | None = None,
) -> TrainingCourse:
    """Train a student; afterwards it has the weights with the lowest held-out loss.

    :param model: The student.
    :param tokenizer: Its tokenizer.
    :param learnt: Rows of :func:`training_examples` to learn from.
    :param held_out: Rows to stop by.
    :param folder: Where checkpoints lie; training goes on from the last whole one.
    :param settings: How it is trained.
    :param loss: Makes the loss of a batch.
    :param progress: Called after every step.
    :returns: How it went.
    """
    import transformers

    steps = math.ceil(len(learnt) / settings.batch)
    trainer = _trainer_class()(
        model=model,
        args=_arguments(folder, settings, math.ceil(steps / 2), steps, cpu=model.device.type == "cpu"),
        train_dataset=_Rows(learnt),
        eval_dataset=_Rows(held_out),
        data_collator=lambda rows: collate_batch(rows, tokenizer.pad_token_id or 0),
        callbacks=[transformers.EarlyStoppingCallback(settings.patience), _reporter(progress)],
    )
    trainer.settings, trainer.word_loss = settings, loss
    trainer.remove_callback(transformers.PrinterCallback)
    last = last_checkpoint(folder)
    if last is not None:
        LOG.info("going on from %s", last.name)
    with silent_transformers():
        trainer.train(resume_from_checkpoint=None if last is None else str(last))
    state = trainer.state
    losses = tuple((int(e["step"]), float(e["eval_loss"])) for e in state.log_history if "eval_loss" in e)
    return TrainingCourse(int(state.global_step), int(state.best_global_step or state.global_step), losses)


def last_checkpoint(folder: Path) -> Path | None:
    """Find the last checkpoint that is whole, and remove those that are not.

    :param folder: Where checkpoints lie.
    :returns: The checkpoint, or ``None``.
    """
    whole: list[tuple[int, Path]] = []
    for path in sorted(folder.glob("checkpoint-*")):
        try:
            # Trainer writes this file last.
            step = json.loads((path / "trainer_state.json").read_text(encoding="utf-8"))["global_step"]
        except (OSError, ValueError, KeyError):
            shutil.rmtree(path)
            continue
        whole.append((int(step), path))
    return max(whole)[1] if whole else None


class _Rows:
    """A list in the shape of a torch data set."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return self._rows[index]


def _arguments(folder: Path, settings: TrainerSettings, every: int, steps: int, *, cpu: bool) -> Any:
    """Translate the settings into those of ``Trainer``."""
    from transformers import TrainingArguments

    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=settings.epochs,
        learning_rate=settings.rate,
        warmup_steps=math.ceil(0.1 * settings.epochs * steps),
        weight_decay=0.0,
        per_device_train_batch_size=settings.batch,
        per_device_eval_batch_size=settings.batch,
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=1,
        load_best_model_at_end=True,
        metric_for_best_model="loss",
        greater_is_better=False,
        restore_callback_states_from_checkpoint=True,  # otherwise patience begins anew
        prediction_loss_only=True,
        label_names=["tags"],
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        disable_tqdm=True,
        report_to=[],
        logging_steps=every,
        seed=settings.seed,
        use_cpu=cpu,
    )


def _trainer_class() -> Any:
    """Make the trainer's class; transformers takes seconds to import."""
    from transformers import Trainer

    class WordTrainer(Trainer):
        """Takes the logits of first subwords, and makes the loss of their words."""

        settings: TrainerSettings
        word_loss: Loss
        model_accepts_loss_kwargs = False

        def compute_loss(
            self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
        ) -> Any:
            logits = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).logits
            words = logits.flatten(0, 1)[inputs["positions"]].float()
            loss = self.word_loss(words, {name: inputs[name] for name in OF_WORDS}, self.settings)
            return (loss, {"logits": logits}) if return_outputs else loss

    return WordTrainer


def _reporter(progress: Progress | None) -> Any:
    """Make the callback that reports progress, and writes the losses to the log."""
    from transformers import TrainerCallback

    class Reporter(TrainerCallback):
        """Reports the step and the held-out loss."""

        loss = math.nan

        def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
            if progress is not None:
                progress(state.global_step, state.max_steps, self.loss)

        def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **more: Any) -> None:
            self.loss = float(metrics["eval_loss"])
            LOG.info("step %d of %d: held-out loss %.5f", state.global_step, state.max_steps, self.loss)

    return Reporter()
