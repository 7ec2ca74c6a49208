"""Training one student from beginning to end: corpus, targets, training, measuring, card."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from silverner.builders.runlog import LOG, run_log
from silverner.projection.errors import UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.corpus import Row, SilverCorpus, hold_out
from silverner.students.dependencies import need_students
from silverner.students.evaluation import measure, tagger
from silverner.students.preflight import Inputs, read_inputs
from silverner.students.report.card import render_card
from silverner.students.strategies import needs_teachers, targets_of
from silverner.students.student_folder import StudentFolder, save, signature
from silverner.students.targets import Target, hard
from silverner.students.teaching.loop import run_rounds
from silverner.students.training.encoding import Encoding
from silverner.students.training.model import freeze, load_student
from silverner.students.training.trainer import Progress, examples, train
from silverner.students.training_config import TrainingConfig


def train_student(config: TrainingConfig, out: Path, *, progress: Progress | None = None) -> dict[str, Any]:
    """Train a student, or go on with one, or return the results of one that is done.

    :param config: What is to be trained.
    :param out: Its folder.
    :param progress: Called after every step.
    :returns: What ``results.json`` holds.
    :raises SilvernerError: whatever input, model or disk brings.
    """
    need_students()
    given = read_inputs(config)
    corpus = given.corpus
    name = signature(config, corpus)
    folder = StudentFolder(out, name)
    if folder.results is not None:
        LOG.info("%s: done already", out)
        return folder.results
    with run_log(out / "train.log"):
        start = time.monotonic()
        trained = _learn(config, given, folder, progress)
        seconds = time.monotonic() - start
    student = tagger(config, out, corpus.labels)
    scores = {kind: measure(student, rows, out / f"{kind}.conll") for kind, rows in given.gold.items()}
    chosen = "gold" if config.dev_is_gold and trained["course"] is not None else "silver"
    took = {"seconds": round(seconds, 1), "resumed": folder.resumed, "chosen_by": chosen}
    results = {**_facts(config, corpus, name), **trained, "scores": scores, **took}
    return folder.finish(results, render_card(results))


def _learn(config: TrainingConfig, given: Inputs, folder: StudentFolder, progress: Progress | None) -> dict[str, Any]:
    """Make the student's weights, and say how."""
    corpus, dev = given.corpus, given.gold.get("dev")
    made = folder.work / "final"
    if config.strategy == "transfer" and given.source is None:
        save(*Checkpoint(name=config.model, device=config.device).load("tagger"), made)
        facts: dict[str, Any] = {
            "sentences": {"learnt": 0, "held_out": 0, "left": dict(corpus.left)},
            "fresh": [],
            "course": None,
        }
    elif config.strategy == "loop":
        made, facts = run_rounds(
            config, corpus, folder.work, lambda rows, work: _train(config, rows, work, dev, progress)
        )
    else:
        if given.source is not None:
            # The zero-shot baseline sees no target text: neither to learn from nor to stop by.
            corpus = replace(corpus, rows=given.source, left={})
        facts = _train(config, corpus, folder.work, dev, progress)
    folder.adopt(made)
    return facts


def _train(
    config: TrainingConfig, corpus: SilverCorpus, work: Path, dev: Sequence[Row] | None, progress: Progress | None
) -> dict[str, Any]:
    """Train once, and write the model to the folder ``final`` of ``work``."""
    model, tokenizer, fresh = load_student(
        Checkpoint(name=config.model, device=config.device), corpus.labels, seed=config.training.seed
    )
    if fresh:
        LOG.info("%s says nothing of %s: these begin at random", config.model, ", ".join(fresh))
    freeze(model, config.training.freeze)
    encoding, number = Encoding(tokenizer, model.config), 1 + 2 * len(corpus.labels)

    def encoded(rows: Sequence[Row], targets: Sequence[Target]) -> list[dict[str, Any]]:
        return examples(encoding.encode([row.tokens for row in rows]), targets, number)

    targets = {row.id: target for row, target in zip(corpus.rows, targets_of(config, corpus), strict=True)}
    learnt, held = list(corpus.rows), list(dev or ())
    held_out_targets = [hard(corpus.numbers(row)) for row in held]
    if not config.dev_is_gold:
        learnt, held = hold_out(corpus.rows, config.held_out)
        held_out_targets = [targets[row.id] for row in held]
    rows, check = encoded(learnt, [targets[row.id] for row in learnt]), encoded(held, held_out_targets)
    if not rows or not check:
        raise UsageError(f"{config.model!r} has no subwords for the text; use a model that knows its script")
    course = train(model, tokenizer, rows, check, work, config.training, progress=progress)
    save(model, tokenizer, work / "final")
    sentences = {"learnt": len(learnt), "held_out": len(held), "left": dict(corpus.left)}
    return {"sentences": sentences, "fresh": fresh, "course": asdict(course)}


def _facts(config: TrainingConfig, corpus: SilverCorpus, name: str) -> dict[str, Any]:
    """Say what was trained on what; of paths only the last part, since whose machine it was is nobody's business."""
    return {
        "signature": name,
        "strategy": config.strategy,
        "language": config.language,
        "model": Path(config.model).name if Path(config.model).is_dir() else config.model,
        "teachers": [Path(t).name if Path(t).is_dir() else t for t in config.teachers]
        if needs_teachers(config)
        else [],
        "similarity": config.similarity if config.strategy == "multi" else None,
        "weights": config.weights,
        "corpus": {"name": corpus.name, "signature": corpus.signature, "labels": list(corpus.labels)},
        "renamed": dict(config.renamed),
        "without": list(config.without),
        "limit": config.limit,
        "training": asdict(config.training),
    }
