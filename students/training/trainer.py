"""Trains a model with ``transformers.Trainer``; a killed run goes on to the same weights.

A checkpoint holds weights and what the objective remembers, as safetensors. Beside them ``Trainer`` keeps the states of
optimiser, schedule and random numbers in files of ``torch.save``, and reads them with ``weights_only=True``, which runs
no code. They are removed when training ends, like ``training_args.bin``, which nothing here reads.
"""

from __future__ import annotations

import json
import logging
import math
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.projection.neural.safe_loading import silent_transformers
from silverner.students.training.batch_order import LikeLengthsOfEpochs
from silverner.students.training.objective import BatchLoss
from silverner.students.training_config import LearningSettings

LOG = logging.getLogger("silverner")
Progress = Callable[[int, int, float], None]
"""Called with the number of the step, of all steps, and the held-out loss."""
STATE = "objective.safetensors"
"""The file of a checkpoint that holds what the objective remembers."""


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


def train(
    model: Any,
    tokenizer: Any,
    learnt: Sequence[dict[str, Any]],
    held_out: Sequence[dict[str, Any]],
    folder: Path,
    settings: LearningSettings,
    *,
    objective: BatchLoss,
    progress: Progress | None = None,
) -> TrainingCourse:
    """Train a model; afterwards it has the weights with the lowest held-out loss.

    :param model: The model.
    :param tokenizer: Its tokenizer.
    :param learnt: Examples to learn from; ``input_ids`` are their subwords.
    :param held_out: Examples to stop by.
    :param folder: Where checkpoints lie; training goes on from the last whole one.
    :param settings: How it is trained.
    :param objective: Makes the loss of a batch.
    :param progress: Called after every step.
    :returns: How it went.
    """
    import transformers

    steps, pad = math.ceil(len(learnt) / settings.batch), tokenizer.pad_token_id or 0
    held_out = sorted(held_out, key=lambda row: len(row["input_ids"]))
    if settings.recompute:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    trainer = _trainer_class()(
        model=model,
        args=_arguments(folder, settings, objective, steps, cpu=model.device.type == "cpu"),
        train_dataset=_Rows(learnt, objective),
        eval_dataset=_Rows(held_out, objective),
        data_collator=lambda examples: objective.collate(examples, pad),
        optimizers=(objective.optimiser(model), None),
        callbacks=[transformers.EarlyStoppingCallback(settings.patience), _reporter(progress)],
    )
    trainer.objective = objective
    trainer.remove_callback(transformers.PrinterCallback)
    last = last_checkpoint(folder)
    if last is not None:
        trainer.args.eval_on_start = False  # the checkpoint knows what was measured then
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
    """Examples in the shape of a torch data set; those to learn from are asked for by epoch and number."""

    def __init__(self, rows: Sequence[dict[str, Any]], objective: BatchLoss) -> None:
        self._rows, self._objective = rows, objective

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: int | tuple[int, int]) -> dict[str, Any]:
        epoch, index = place if isinstance(place, tuple) else (None, place)
        return self._objective.example(self._rows[index], index, epoch)

    def lengths(self) -> list[int]:
        """Return the number of subwords of every example."""
        return [len(row["input_ids"]) for row in self._rows]


def _arguments(folder: Path, settings: LearningSettings, objective: BatchLoss, steps: int, *, cpu: bool) -> Any:
    """Translate the settings into those of ``Trainer``."""
    from transformers import TrainingArguments

    at_once = settings.at_once or settings.batch
    every = math.ceil(steps / objective.measurements)
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=settings.epochs,
        learning_rate=settings.rate,
        warmup_steps=math.ceil(0.1 * settings.epochs * steps),
        weight_decay=0.0,
        per_device_train_batch_size=at_once,
        per_device_eval_batch_size=at_once,
        gradient_accumulation_steps=settings.batch // at_once,
        bf16=settings.precision == "bfloat16",
        eval_strategy="steps",
        eval_steps=every,
        eval_on_start=objective.measures_beginning,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=1,
        load_best_model_at_end=True,
        metric_for_best_model="loss",
        greater_is_better=False,
        restore_callback_states_from_checkpoint=True,  # otherwise patience begins anew
        prediction_loss_only=True,
        label_names=["input_ids"],  # the loss is measured of every batch
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
    from safetensors.torch import load_file, save_file
    from transformers import Trainer

    class StudentTrainer(Trainer):
        """Minimises an objective, and keeps in checkpoints what it remembers."""

        objective: BatchLoss
        model_accepts_loss_kwargs = False

        def _get_train_sampler(self, train_dataset: Any = None) -> Any:
            rows: Any = self.train_dataset
            step = self.args.per_device_train_batch_size * self.args.gradient_accumulation_steps
            return LikeLengthsOfEpochs(rows.lengths(), batch=step, seed=self.args.seed)

        def compute_loss(
            self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
        ) -> Any:
            loss = self.objective.loss(model, inputs)
            return (loss, {}) if return_outputs else loss

        def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
            super()._save_optimizer_and_scheduler(output_dir)
            if state := self.objective.state():
                save_file({name: value.contiguous() for name, value in state.items()}, Path(output_dir, STATE))

        def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
            super()._load_optimizer_and_scheduler(checkpoint)
            if checkpoint is not None and (path := Path(checkpoint, STATE)).is_file():
                self.objective.restore(load_file(path))

    return StudentTrainer


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
