"""Trains one student once: model, encoding and targets come together here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from silverner.projection.errors import EngineError, UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.corpus import Row, SilverCorpus, hold_out
from silverner.students.strategies.strategy import TrainedModel
from silverner.students.student_folder import save_model
from silverner.students.targets import Target, tag_target
from silverner.students.training.encoding import Encoding
from silverner.students.training.examples import training_examples
from silverner.students.training.model import freeze, load_student
from silverner.students.training.trainer import Progress, train
from silverner.students.training_config import LearningSettings, TrainingConfig

LOG = logging.getLogger("silverner")
Settings = TypeVar("Settings", bound=LearningSettings)
Result = TypeVar("Result")
Taught = tuple[Row, Target]
"""A sentence, and what the student shall say of it."""


def train_once(
    config: TrainingConfig,
    corpus: SilverCorpus,
    folder: Path,
    dev: Sequence[Row] | None,
    progress: Progress | None,
    corpus_targets: Sequence[Target] | None = None,
) -> TrainedModel:
    """Train a student on a corpus, and write it to the folder ``final`` in ``folder``.

    :param config: What is to be trained.
    :param corpus: The corpus to learn from.
    :param folder: Where checkpoints lie.
    :param dev: Gold to stop by, if the config says so.
    :param progress: Called after every step.
    :param corpus_targets: One a row of the corpus; the strategy makes them if left out.
    :returns: The student.
    :raises SilvernerError: when a model cannot be used, or one sentence does not fit into memory.
    """
    return within_memory(
        config.training,
        config.model,
        lambda training: _train_once(replace(config, training=training), corpus, folder, dev, progress, corpus_targets),
    )


def within_memory(settings: Settings, model: str, train_with: Callable[[Settings], Result]) -> Result:
    """Train, and begin again with half of the sentences at once where they do not fit into a GPU's memory.

    :param settings: How a model is trained.
    :param model: Its name.
    :param train_with: Trains it.
    :returns: What it returns.
    :raises EngineError: when one sentence does not fit into memory.
    """
    import torch

    while True:
        try:
            return train_with(settings)
        except torch.OutOfMemoryError as error:
            before = settings.at_once or settings.batch
            at_once = next((number for number in range(before // 2, 0, -1) if settings.batch % number == 0), None)
            if at_once is None:
                raise EngineError(f"{model!r}: one sentence does not fit into memory; try --recompute") from error
        LOG.warning("%d sentences do not fit into memory; going on with %d at once", before, at_once)
        torch.cuda.empty_cache()
        settings = replace(settings, at_once=at_once)


def _train_once(
    config: TrainingConfig,
    corpus: SilverCorpus,
    folder: Path,
    dev: Sequence[Row] | None,
    progress: Progress | None,
    corpus_targets: Sequence[Target] | None,
) -> TrainedModel:
    """Train with the number of sentences at once that the config says, from the last checkpoint of any number."""
    model, tokenizer, fresh = load_student(
        Checkpoint(name=config.model, device=config.device),
        corpus.labels,
        seed=config.training.seed,
        label_map=config.label_map,
    )
    if fresh:
        LOG.info("%s has no weights for %s: these begin at random", config.model, ", ".join(fresh))
    freeze(model, config.training.freeze)
    encoding, tags = Encoding(tokenizer, model.config), 1 + 2 * len(corpus.labels)
    objective = config.strategy.objective(config, corpus, encoding)

    def examples(taught: Sequence[Taught]) -> list[dict[str, Any]]:
        rows, targets = [row for row, _ in taught], [target for _, target in taught]
        return training_examples(rows, encoding.encode([row.tokens for row in rows]), targets, tags, objective)

    if corpus_targets is None:
        corpus_targets = config.strategy.targets(config, corpus)
    learnt, held_out = _learnt_and_held_out(config, corpus, corpus_targets, dev)
    learnt_examples, held_out_examples = examples(learnt), examples(held_out)
    if not learnt_examples or not held_out_examples:
        raise UsageError(f"{config.model!r} has no subwords for the text; use a model that knows its script")
    course = train(
        model,
        tokenizer,
        learnt_examples,
        held_out_examples,
        folder,
        config.training,
        objective=objective,
        progress=progress,
    )
    save_model(model, tokenizer, folder / "final")
    sentences: dict[str, Any] = {"learnt": len(learnt), "held_out": len(held_out), "left": dict(corpus.left_out)}
    if corpus.source_rows:
        source_ids = {row.id for row in corpus.source_rows}
        sentences["source"] = sum(row.id in source_ids for row, _ in learnt)
    return TrainedModel(
        folder=folder / "final",
        facts={"sentences": sentences, "fresh": fresh, "course": asdict(course), "at_once": config.training.at_once},
    )


def _learnt_and_held_out(
    config: TrainingConfig, corpus: SilverCorpus, targets: Sequence[Target], dev: Sequence[Row] | None
) -> tuple[list[Taught], list[Taught]]:
    """Divide sentences into those that are learnt and those to stop by, each with its target.

    The labels of people are learnt as they are, whatever the strategy makes of the others.
    """

    def by_people(rows: Sequence[Row]) -> list[Taught]:
        return [(row, tag_target(corpus.tag_numbers(row))) for row in rows]

    silver, source = list(zip(corpus.rows, targets, strict=True)), by_people(corpus.source_rows)
    if config.dev_is_gold:
        return [*silver, *source], by_people(dev or ())
    by_id = {row.id: (row, target) for row, target in silver or source}
    learnt, held_out = hold_out(corpus.rows or corpus.source_rows, config.held_out)
    beside = source if silver else []
    return [*(by_id[row.id] for row in learnt), *beside], [by_id[row.id] for row in held_out]
