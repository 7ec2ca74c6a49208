"""The strategy ``transfer``: the zero-shot baseline, which sees no text of the target language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from silverner.students.strategies.strategy import Strategy, TrainedModel, TrainOnce

if TYPE_CHECKING:
    from silverner.students.corpus import SilverCorpus
    from silverner.students.training_config import TrainingConfig


@dataclass(frozen=True, kw_only=True)
class Transfer(Strategy):
    """Use the model as it is, or train it on text of the source language."""

    name = "transfer"
    summary = "nothing of the target language: the model as it is, or trained on `--source FILE`"
    card_sentence = "It has seen no text of the target language: it is the baseline."

    @property
    def is_trained(self) -> bool:
        """Learn no text of the target language."""
        return False

    def preflight(self, config: TrainingConfig, corpus: SilverCorpus) -> None:
        """Without source text, check that the model is a tagger whose labels are those of the corpus."""
        from silverner.students.teaching.teachers import load_teacher

        if config.source is None:
            load_teacher(config.model, corpus.labels, config.label_map, device=config.device)

    def training_corpus(self, config: TrainingConfig, corpus: SilverCorpus) -> SilverCorpus:
        """Take the source text alone, so that the student neither learns from target text nor stops by it."""
        return corpus if config.source is None else replace(corpus, rows=(), left_out={})

    def train(self, config: TrainingConfig, corpus: SilverCorpus, folder: Path, train_once: TrainOnce) -> TrainedModel:
        """Train on source text, or take the model as it is."""
        from silverner.projection.neural.checkpoint import Checkpoint
        from silverner.students.student_folder import save_model

        if config.source is not None:
            return train_once(corpus, folder)
        save_model(*Checkpoint(name=config.model, device=config.device).load("tagger"), folder / "final")
        sentences = {"learnt": 0, "held_out": 0, "left": dict(corpus.left_out)}
        return TrainedModel(folder=folder / "final", facts={"sentences": sentences, "fresh": [], "course": None})
