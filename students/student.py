"""Training one student from beginning to end: corpus, goals, training, measuring, card."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from silverner.builders.runlog import LOG, run_log
from silverner.projection.errors import UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.card import render_card
from silverner.students.corpus import Row, SilverCorpus, hold_out
from silverner.students.encoding import Encoding
from silverner.students.folder import StudentFolder, save, signature
from silverner.students.loop import run_rounds
from silverner.students.measure import measure, tagger
from silverner.students.model import freeze, load_student
from silverner.students.packages import need_students
from silverner.students.preflight import Inputs, read_inputs
from silverner.students.strategies import goals_of, needs_teachers
from silverner.students.targets import Goal, hard
from silverner.students.trainer import Progress, examples, train
from silverner.students.training_config import Job


def train_student(job: Job, out: Path, *, progress: Progress | None = None) -> dict[str, Any]:
    """Train a student, or go on with one, or return the results of one that is done.

    :param job: What is to be trained.
    :param out: Its folder.
    :param progress: Called after every step.
    :returns: What ``results.json`` holds.
    :raises SilvernerError: whatever input, model or disk brings.
    """
    need_students()
    given = read_inputs(job)
    corpus = given.corpus
    name = signature(job, corpus)
    folder = StudentFolder(out, name)
    if folder.results is not None:
        LOG.info("%s: done already", out)
        return folder.results
    with run_log(out / "train.log"):
        start = time.monotonic()
        trained = _learn(job, given, folder, progress)
        seconds = time.monotonic() - start
    student = tagger(job, out, corpus.labels)
    scores = {kind: measure(student, rows, out / f"{kind}.conll") for kind, rows in given.gold.items()}
    chosen = "gold" if job.dev_is_gold and trained["course"] is not None else "silver"
    took = {"seconds": round(seconds, 1), "resumed": folder.resumed, "chosen_by": chosen}
    results = {**_facts(job, corpus, name), **trained, "scores": scores, **took}
    return folder.finish(results, render_card(results))


def _learn(job: Job, given: Inputs, folder: StudentFolder, progress: Progress | None) -> dict[str, Any]:
    """Make the student's weights, and say how."""
    corpus, dev = given.corpus, given.gold.get("dev")
    made = folder.work / "final"
    if job.strategy == "transfer" and given.source is None:
        save(*Checkpoint(name=job.model, device=job.device).load("tagger"), made)
        facts: dict[str, Any] = {
            "sentences": {"learnt": 0, "held_out": 0, "left": dict(corpus.left)},
            "fresh": [],
            "course": None,
        }
    elif job.strategy == "loop":
        made, facts = run_rounds(job, corpus, folder.work, lambda rows, work: _train(job, rows, work, dev, progress))
    else:
        if given.source is not None:
            # The zero-shot baseline sees no target text: neither to learn from nor to stop by.
            corpus = replace(corpus, rows=given.source, left={})
        facts = _train(job, corpus, folder.work, dev, progress)
    folder.adopt(made)
    return facts


def _train(
    job: Job, corpus: SilverCorpus, work: Path, dev: Sequence[Row] | None, progress: Progress | None
) -> dict[str, Any]:
    """Train once, and write the model to the folder ``final`` of ``work``."""
    model, tokenizer, fresh = load_student(
        Checkpoint(name=job.model, device=job.device), corpus.labels, seed=job.training.seed
    )
    if fresh:
        LOG.info("%s says nothing of %s: these begin at random", job.model, ", ".join(fresh))
    freeze(model, job.training.freeze)
    encoding, number = Encoding(tokenizer, model.config), 1 + 2 * len(corpus.labels)

    def encoded(rows: Sequence[Row], goals: Sequence[Goal]) -> list[dict[str, Any]]:
        return examples(encoding.encode([row.tokens for row in rows]), goals, number)

    goals = {row.id: goal for row, goal in zip(corpus.rows, goals_of(job, corpus), strict=True)}
    learnt, held = list(corpus.rows), list(dev or ())
    held_goals = [hard(corpus.numbers(row)) for row in held]
    if not job.dev_is_gold:
        learnt, held = hold_out(corpus.rows, job.held_out)
        held_goals = [goals[row.id] for row in held]
    rows, check = encoded(learnt, [goals[row.id] for row in learnt]), encoded(held, held_goals)
    if not rows or not check:
        raise UsageError(f"{job.model!r} has no subwords for the text; use a model that knows its script")
    course = train(model, tokenizer, rows, check, work, job.training, progress=progress)
    save(model, tokenizer, work / "final")
    sentences = {"learnt": len(learnt), "held_out": len(held), "left": dict(corpus.left)}
    return {"sentences": sentences, "fresh": fresh, "course": asdict(course)}


def _facts(job: Job, corpus: SilverCorpus, name: str) -> dict[str, Any]:
    """Say what was trained on what; of paths only the last part, since whose machine it was is nobody's business."""
    return {
        "signature": name,
        "strategy": job.strategy,
        "language": job.language,
        "model": Path(job.model).name if Path(job.model).is_dir() else job.model,
        "teachers": [Path(t).name if Path(t).is_dir() else t for t in job.teachers] if needs_teachers(job) else [],
        "similarity": job.similarity if job.strategy == "multi" else None,
        "weights": job.weights,
        "corpus": {"name": corpus.name, "signature": corpus.signature, "labels": list(corpus.labels)},
        "renamed": dict(job.renamed),
        "without": list(job.without),
        "limit": job.limit,
        "training": asdict(job.training),
    }
