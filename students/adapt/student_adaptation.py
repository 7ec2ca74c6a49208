"""The adaptation of a student's model, before the student is trained: once for all students of the same text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silverner.students.adapt.method import AdaptationMethod
from silverner.students.adapt.settings import DEFAULT_HELD_OUT, AdaptationSettings

if TYPE_CHECKING:
    from silverner.students.adapt.adaptation import Adaptation
    from silverner.students.corpus import Row, SilverCorpus
    from silverner.students.training.trainer import Progress
    from silverner.students.training_config import TrainingConfig

FOLDER = "adapted-"
"""How the name of an adapted model's folder begins, among what is kept for other students."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentAdaptation:
    """How the model of a student is adapted.

    :param method: The method.
    :param settings: How it is trained on the text.
    :param held_out: Share of sentences that are held out, to choose the epoch by.
    :param text: A text to adapt to; ``None`` is the target side of the corpus.
    """

    method: AdaptationMethod
    settings: AdaptationSettings
    held_out: float = DEFAULT_HELD_OUT
    text: Path | None = None


def plan_adaptation(
    config: TrainingConfig, choice: StudentAdaptation, corpus: SilverCorpus | None, gold: Sequence[Row]
) -> Adaptation:
    """Plan the adaptation of a student's model.

    Sentences of the gold are left out of the text, as a student leaves them out. ``--limit`` does not cut the text: it
    needs no labels, and all students of a learning curve begin as one model.

    :param config: What is to be trained.
    :param choice: How its model is adapted.
    :param corpus: The projected corpus, where there is one.
    :param gold: Gold sentences of all kinds.
    :returns: The plan.
    :raises SilvernerError: when the text cannot be read, or there is none.
    """
    from silverner.projection.errors import UsageError
    from silverner.students.adapt.adaptation import Adaptation
    from silverner.students.adapt.adaptation_text import text_of_corpus, text_of_file
    from silverner.students.corpus import SilverCorpus
    from silverner.students.overlap import leave_out_overlap

    if choice.text is not None:
        text = text_of_file(choice.text, config.language)
    elif corpus is not None and config.data is not None:
        text = text_of_corpus(corpus, config.data, config.language, split=config.split)
    else:
        raise UsageError("--adapt needs text of the language: give --data CORPUS or --adapt-text FILE")
    as_corpus = SilverCorpus(name=text.name, labels=(), rows=text.rows)
    rows = leave_out_overlap(as_corpus, gold, keep=config.overlap == "keep").rows if gold else text.rows
    return Adaptation(
        method=choice.method,
        model=config.model,
        text=replace(text, rows=rows),
        settings=choice.settings,
        held_out=choice.held_out,
        device=config.device,
    )


def adapt_for_student(plan: Adaptation, kept: Path, progress: Progress | None) -> tuple[str, dict[str, Any]]:
    """Adapt the model of a student, or take the one that an earlier student began as.

    :param plan: The plan.
    :param kept: The folder of what is kept for other students.
    :param progress: Called after every step.
    :returns: The folder of the adapted model, and what the results of the student say of it.
    :raises SilvernerError: when it cannot be adapted.
    """
    from silverner.students.adapt.adaptation import adapt_model

    folder = kept / f"{FOLDER}{plan.signature}"
    results = adapt_model(plan, folder, progress=progress)
    names = ("signature", "method", "options", "text", "training", "unknown", "course", "seconds", "made_from")
    return str(folder), {name: results[name] for name in names}


def card_lines(adaptation: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the line of a student's card about the adaptation of its model.

    :param adaptation: What the results say of it.
    """
    if adaptation is None:
        return {}
    text = f"{adaptation['text']['sentences']} sentences of {adaptation['text']['name']}"
    return {"adapted before": f"by {adaptation['method']} to {text}, `{adaptation['signature']}`"}
