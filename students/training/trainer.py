"""Training one student towards its targets, with ``transformers.Trainer``; a killed run goes on as if it had not been.

A checkpoint holds weights as safetensors; beside them ``Trainer`` keeps the states of optimiser, schedule and random
numbers in files of ``torch.save``, and reads these with ``weights_only=True``, which runs no code. They, and
``training_args.bin``, which nothing here reads, are gone when training is done.
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

import numpy as np

from silverner.projection.neural.checkpoint import no_bars
from silverner.students.settings import Training
from silverner.students.targets import Target
from silverner.students.training.encoding import Window
from silverner.students.training.losses import joined

LOG = logging.getLogger("silverner")
Progress = Callable[[int, int, float], None]
"""Called with steps done, all steps, and the loss."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a training went.

    :param steps: Steps that were made.
    :param best: The step whose weights were kept.
    :param losses: Step and loss on held-out data of every measurement.
    """

    steps: int
    best: int
    losses: tuple[tuple[int, float], ...]


def examples(windows: Sequence[Window], targets: Sequence[Target], tags: int) -> list[dict[str, Any]]:
    """Join windows with the targets of their sentences.

    :param windows: The windows.
    :param targets: The target of every sentence.
    :param tags: Number of tags.
    :returns: Rows for :func:`collate`.
    """
    rows = []
    for window in windows:
        target, words = targets[window.sentence], list(window.words)
        soft = np.zeros((len(words), tags), dtype=np.float32) if target.soft is None else target.soft[words]
        parts = {"tags": target.tags[words], "weights": target.weights[words], "hardness": target.hardness[words]}
        rows.append({"input_ids": window.ids, "places": window.places, "soft": soft, **parts})
    return rows


def collate(rows: Sequence[dict[str, Any]], pad: int) -> dict[str, Any]:
    """Make a batch: ids padded to one length, everything about words in one line, with its place in the padded ids.

    :param rows: Rows of :func:`examples`.
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
    places = torch.tensor([k * length + place for k, row in enumerate(rows) for place in row["places"]])
    words = {
        name: torch.from_numpy(np.concatenate([row[name] for row in rows]))
        for name in ("tags", "soft", "hardness", "weights")
    }
    return {"input_ids": ids, "attention_mask": mask, "places": places, **words}


def train(
    model: Any,
    tokenizer: Any,
    learnt: Sequence[dict[str, Any]],
    held: Sequence[dict[str, Any]],
    folder: Path,
    training: Training,
    *,
    progress: Progress | None = None,
) -> Course:
    """Train a student; it holds the best weights afterwards.

    :param model: The student.
    :param tokenizer: Its tokenizer.
    :param learnt: Rows of :func:`examples` to learn from.
    :param held: Rows to stop by.
    :param folder: Where checkpoints lie while it runs; the last whole one there is gone on from.
    :param training: The settings.
    :param progress: Called after every step.
    :returns: How it went.
    """
    import transformers

    steps = math.ceil(len(learnt) / training.batch)
    trainer = _trainer_class()(
        model=model,
        args=_arguments(folder, training, math.ceil(steps / 2), steps, cpu=model.device.type == "cpu"),
        train_dataset=_Rows(learnt),
        eval_dataset=_Rows(held),
        data_collator=lambda rows: collate(rows, tokenizer.pad_token_id or 0),
        callbacks=[transformers.EarlyStoppingCallback(training.patience), _reporter(progress)],
    )
    trainer.training = training
    trainer.remove_callback(transformers.PrinterCallback)
    last = last_checkpoint(folder)
    if last is not None:
        LOG.info("going on from %s", last.name)
    with no_bars():
        trainer.train(resume_from_checkpoint=None if last is None else str(last))
    state = trainer.state
    losses = tuple((int(e["step"]), float(e["eval_loss"])) for e in state.log_history if "eval_loss" in e)
    return Course(int(state.global_step), int(state.best_global_step or state.global_step), losses)


def last_checkpoint(folder: Path) -> Path | None:
    """Find the last checkpoint that was written to its end; what was cut off is removed.

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
    """A list as torch data loaders want it."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return self._rows[index]


def _arguments(folder: Path, training: Training, every: int, steps: int, *, cpu: bool) -> Any:
    """Translate the settings into those of ``Trainer``."""
    from transformers import TrainingArguments

    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=training.epochs,
        learning_rate=training.rate,
        warmup_steps=math.ceil(0.1 * training.epochs * steps),
        weight_decay=0.0,
        per_device_train_batch_size=training.batch,
        per_device_eval_batch_size=training.batch,
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
        seed=training.seed,
        use_cpu=cpu,
    )


def _trainer_class() -> Any:
    """Make the trainer's class; transformers takes seconds to import."""
    from transformers import Trainer

    class Distiller(Trainer):
        """Looks at first subwords only, and joins the losses of their words."""

        training: Training
        model_accepts_loss_kwargs = False

        def compute_loss(
            self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
        ) -> Any:
            logits = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).logits
            loss = joined(
                logits.flatten(0, 1)[inputs["places"]].float(),
                *(inputs[name] for name in ("tags", "soft", "hardness", "weights")),
                distance=self.training.distance,
                temperature=self.training.temperature,
            )
            return (loss, {"logits": logits}) if return_outputs else loss

    return Distiller


def _reporter(progress: Progress | None) -> Any:
    """Make the callback that passes progress on, and the losses to the log."""
    from transformers import TrainerCallback

    class Reporter(TrainerCallback):
        """Tells how far training is."""

        loss = math.nan

        def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
            if progress is not None:
                progress(state.global_step, state.max_steps, self.loss)

        def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **more: Any) -> None:
            self.loss = float(metrics["eval_loss"])
            LOG.info("step %d of %d: held-out loss %.5f", state.global_step, state.max_steps, self.loss)

    return Reporter()
