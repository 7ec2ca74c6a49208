"""Trains one student from beginning to end: preflight, training, measuring, card."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from silverner.builders.runlog import LOG, run_log
from silverner.students.adapt.student_adaptation import adapt_for_student
from silverner.students.corpus import SilverCorpus
from silverner.students.dependencies import require_student_packages
from silverner.students.evaluation import load_tagger, measure
from silverner.students.overlap import warn_of_overlap
from silverner.students.preflight import StudentInputs, read_all_gold, read_inputs
from silverner.students.provenance import provenance, short_name
from silverner.students.report.card import render_card
from silverner.students.strategies import TrainedModel, plugin_facts
from silverner.students.student_folder import StudentFolder, signature
from silverner.students.targets import Target
from silverner.students.teaching.answers import FOLDER
from silverner.students.training.memory import PeakMemory
from silverner.students.training.once import train_once
from silverner.students.training.trainer import Progress
from silverner.students.training_config import TrainingConfig

NOT_TAKEN: dict[str, Any] = {"teachers": [], "similarity": None, "weights": "none"}
"""What ``results.json`` says of these options for a strategy that does not take them."""


def train_student(config: TrainingConfig, out: Path, *, progress: Progress | None = None) -> dict[str, Any]:
    """Train a student, or go on with one; a student that is finished is not trained again.

    :param config: What is to be trained.
    :param out: Its folder.
    :param progress: Called after every step.
    :returns: What ``results.json`` holds.
    :raises SilvernerError: when an input or a model cannot be used, or the disk is full.
    """
    require_student_packages()
    inputs = read_inputs(config)
    corpus, adaptation = inputs.corpus, inputs.adaptation
    name = signature(config, corpus, adaptation.signature if adaptation else None)
    folder = StudentFolder(out, name)
    answers = config.answers or folder.checkpoints / FOLDER
    config = replace(config, answers=answers)
    if folder.results is not None:
        LOG.info("%s: done already", out)
        return folder.results
    facts, model = _facts(config, inputs, name), config.model
    if adaptation is not None:
        model, facts["adaptation"] = adapt_for_student(adaptation, answers, progress)
    with run_log(out / "train.log"):
        warn_of_overlap(corpus, keep=config.overlap == "keep")
        start = time.monotonic()
        memory = PeakMemory()
        trained = _train(replace(config, model=model).without_gold, inputs, folder, progress)
        cost = {"seconds": round(time.monotonic() - start, 1), "memory": memory.facts()}
    student, gold = load_tagger(config, out, corpus.labels), read_all_gold(config, corpus.labels)
    scores = {kind: measure(student, rows, out / f"{kind}.conll") for kind, rows in gold.items()}
    chosen_by = "gold" if config.dev_is_gold and trained["course"] is not None else "silver"
    run = {**cost, "resumed": folder.resumed, "chosen_by": chosen_by}
    results = {**facts, **trained, "scores": scores, **run}
    return folder.finish(results, render_card(results, config.strategy))


def _train(
    config: TrainingConfig, inputs: StudentInputs, folder: StudentFolder, progress: Progress | None
) -> dict[str, Any]:
    """Train by the strategy, put the model into the folder, and return its facts."""

    def train(
        corpus: SilverCorpus, home: Path, *, model: str | None = None, targets: Sequence[Target] | None = None
    ) -> TrainedModel:
        return train_once(replace(config, model=model or config.model), corpus, home, inputs.stop_by, progress, targets)

    trained = config.strategy.train(config, inputs.corpus, folder.checkpoints, train)
    folder.adopt(trained.folder)
    return trained.facts


def _facts(config: TrainingConfig, inputs: StudentInputs, name: str) -> dict[str, Any]:
    """Say what was trained on what; of paths only the last part, which tells nothing of the machine."""
    corpus, adaptation = inputs.corpus, inputs.adaptation
    return {
        "signature": name,
        "strategy": config.strategy.name,
        **plugin_facts(config.strategy),
        "language": config.language,
        "model": short_name(config.model),
        **NOT_TAKEN,
        **config.strategy.facts(),
        "corpus": {"name": corpus.name, "signature": corpus.signature, "labels": list(corpus.labels)},
        "renamed": dict(config.label_map),
        "without": list(config.without_flags),
        "limit": config.limit,
        "source": config.source.name if config.source else None,
        "overlap": {"rule": config.overlap, "sentences": len(corpus.overlap)},
        "gold": {kind: path.name for kind, path in (("test", config.test), ("dev", config.dev)) if path},
        "made_from": provenance(config, adaptation.text.parts if adaptation else ()),
        "training": asdict(config.training),
    }
