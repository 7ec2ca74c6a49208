"""What a student needs before it can be trained, read and checked: nothing of it may be missed after a night's work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from silverner.students.corpus import Row, SilverCorpus, hold_out, load_corpus, read_gold
from silverner.students.strategies import needs_teachers, published
from silverner.students.teaching.language_similarity import read_language
from silverner.students.teaching.teachers import teacher
from silverner.students.training_config import TrainingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The text of one config.

    :param corpus: What the student learns from.
    :param gold: ``test`` and ``dev``, those that are given.
    :param source: For ``transfer``: labelled text of the source language.
    """

    corpus: SilverCorpus
    gold: Mapping[str, Sequence[Row]]
    source: Sequence[Row] | None


def read_inputs(config: TrainingConfig) -> Inputs:
    """Read the text of a config, and look at everything that only its own strategy or language needs.

    :param config: What is to be trained.
    :returns: Its text.
    :raises SilvernerError: when a file is missing or broken, a label is unknown, or a strategy lacks its teacher.
    """
    corpus = load_corpus(config.data, config.language, split=config.split, without=config.without, limit=config.limit)
    gold = {
        k: read_gold(p, corpus.labels, config.renamed) for k, p in (("test", config.test), ("dev", config.dev)) if p
    }
    transfer = config.strategy == "transfer"
    source = read_gold(config.source, corpus.labels, config.renamed) if transfer and config.source is not None else None
    if needs_teachers(config):
        for name in config.teachers:
            teacher(name, corpus.labels, config.renamed, device=config.device)
        if not config.teachers:
            published(corpus)
    if config.strategy == "multi" and config.similarity != "avg":
        for path in config.teacher_texts:
            read_language(path)
    if transfer and source is None:
        teacher(
            config.model, corpus.labels, config.renamed, device=config.device
        )  # is it a tagger, with labels we know?
    elif not config.dev_is_gold:
        hold_out(corpus.rows if source is None else source, config.held_out)
    return Inputs(corpus=corpus, gold=gold, source=source)
