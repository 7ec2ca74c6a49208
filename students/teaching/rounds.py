"""Rounds: a student is trained, labels the text it learns from, and the next one learns from the new labels.

One round trains a student and lets it label the text it learns from. That corrects the first projection where the
student knows better (:mod:`silverner.students.teaching.revision`). Every round corrects the first one, so that no error
piles up.

No gold is needed to end the rounds. They end when the labels hardly change any more, or when a student agrees less than
the one before with the first projection of the held-out rows, whose labels no round changes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from silverner.projection.errors import UsageError
from silverner.projection.metrics import evaluate_spans
from silverner.projection.spans import Span
from silverner.students.corpus import SilverCorpus, hold_out
from silverner.students.evaluation import load_tagger
from silverner.students.strategies.strategy import TrainedModel, TrainOnce
from silverner.students.teaching.finished import finish, finished_facts
from silverner.students.teaching.revision import revise, spans_from_probabilities, trust
from silverner.students.training_config import TrainingConfig

LOG = logging.getLogger("silverner")
SETTLED = 99.0
"""F1 of the new labels against those before, from which another round would change nothing."""


def run_rounds(
    config: TrainingConfig, corpus: SilverCorpus, folder: Path, train_once: TrainOnce, *, max_rounds: int
) -> TrainedModel:
    """Train round after round; a round that is finished is not trained again.

    :param config: What is to be trained.
    :param corpus: The corpus, with the confidence of every entity.
    :param folder: Folder of the rounds.
    :param train_once: Trains a student on a corpus, with checkpoints in a folder.
    :param max_rounds: Most rounds.
    :returns: The student of the best round; its facts hold those of all rounds.
    :raises UsageError: when nothing in the corpus is uncertain.
    """
    if all(confidence == 1 for row in corpus.rows for confidence in row.confidences):
        raise UsageError(
            f"the strategy loop corrects entities of low confidence, and all of {corpus.name} have 1, or none (column "
            "'entities'); use a corpus that silverner build made, or another strategy"
        )
    _, held_out = hold_out(corpus.rows, config.held_out)
    held_out_ids = {row.id for row in held_out}
    rows, rounds = list(corpus.rows), list[dict[str, Any]]()
    for number in range(1, max_rounds + 1):
        home = _round_folder(folder, number)
        facts = finished_facts(home) or finish(home, train_once(replace(corpus, rows=rows), home))
        student = load_tagger(config, home / "final", corpus.labels)
        probabilities = student.probabilities([row.tokens for row in corpus.rows])
        predicted = [spans_from_probabilities(p, corpus.labels) for p in probabilities]
        of_held_out = [spans for row, spans in zip(corpus.rows, predicted, strict=True) if row.id in held_out_ids]
        agreement, trusted = _f1([row.spans for row in held_out], of_held_out), trust(held_out, of_held_out)
        relabelled = [
            row if row.id in held_out_ids else revise(row, said, corpus.labels, trusted)
            for row, said in zip(corpus.rows, probabilities, strict=True)
        ]
        unchanged = _f1([row.spans for row in rows], [row.spans for row in relabelled])
        LOG.info("round %d: agreement %.1f, labels kept %.1f", number, agreement, unchanged)
        rounds.append({**facts, "agreement": agreement, "labels_kept": unchanged})
        worse = number > 1 and agreement < rounds[-2]["agreement"]
        if worse or unchanged >= SETTLED:
            break
        rows = relabelled
    best = max(range(len(rounds)), key=lambda k: float(rounds[k]["agreement"]))
    course_of_rounds = [{key: one[key] for key in ("agreement", "labels_kept", "course")} for one in rounds]
    facts = {key: rounds[best][key] for key in ("sentences", "fresh", "course")}
    return TrainedModel(
        folder=_round_folder(folder, best + 1) / "final",
        facts={**facts, "rounds": course_of_rounds, "round": best + 1},
    )


def _round_folder(folder: Path, number: int) -> Path:
    return folder / f"round-{number}"


def _f1(gold: Sequence[Sequence[Span]], predicted: Sequence[Sequence[Span]]) -> float:
    return evaluate_spans(gold, predicted).overall.f1
