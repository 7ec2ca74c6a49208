"""Adds the entities that a labeller predicts in a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from silverner.projection.chain.stage import DROP, Batch, release
from silverner.projection.labelling import Labeller
from silverner.projection.spans import Span
from silverner.projection.stages.columns import DISTRIBUTION, PROJECTED, SPANS


class Label:
    """Adds the entities that a labeller predicts in a text, its confidence in each, and any probabilities of tags."""

    version = 2

    def __init__(self, labeller: Labeller, *, text: str = "source", name: str = "label") -> None:
        """Use a labeller on a text; two of these stages in one chain need two values of ``name``."""
        self._labeller, self._text, self.name = labeller, text, name
        self.inputs: tuple[str, ...] = (f"{text}.tokens",)
        self.outputs: Mapping[str, pa.DataType] = {
            f"{text}.tagger_entities": SPANS,
            f"{text}.tagger_confidence": pa.list_(pa.float64()),
            f"{text}.distribution": DISTRIBUTION,
        }

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings."""
        return self._labeller.settings()

    def release(self) -> None:
        """Free the memory of the engine's model."""
        release(self._labeller)

    def apply(self, batch: Batch) -> Batch:
        """Label a batch; a sentence that the engine said nothing about is dropped."""
        labelled = self._labeller.label(batch[f"{self._text}.tokens"])
        distributions = [None if one.distribution is None else list(one.distribution) for one in labelled]
        return {
            f"{self._text}.tagger_entities": [
                [asdict(Span(s.start, s.end, s.label)) for s in one.spans] for one in labelled
            ],
            f"{self._text}.tagger_confidence": [[s.confidence for s in one.spans] for one in labelled],
            f"{self._text}.distribution": distributions,
            DROP: ["no-labelling" if one.unanswered else None for one in labelled],
        }


class UseTargetEntities:
    """Takes the entities that a labeller predicted in the target text; the confidence of each is its score."""

    name = "use-target-entities"
    version = 1
    inputs: tuple[str, ...] = ("target.entities", "target.confidence")
    outputs: Mapping[str, pa.DataType] = {
        "projected.entities": PROJECTED,
        "projected.lost": SPANS,
        "projected.score": pa.float64(),
    }

    def settings(self) -> Mapping[str, object]:
        """Return an empty mapping: the stage has no settings."""
        return {}

    def apply(self, batch: Batch) -> Batch:
        """Take the entities of every sentence."""
        entities: list[list[dict[str, Any]]] = [
            [{**span, "score": score} for span, score in zip(spans, scores, strict=True)]
            for spans, scores in zip(batch["target.entities"], batch["target.confidence"], strict=True)
        ]
        return {
            "projected.entities": entities,
            "projected.lost": [[] for _ in entities],
            "projected.score": [_mean([e["score"] for e in row]) for row in entities],
        }


def _mean(scores: list[float]) -> float:
    """Return the mean score of a sentence; 1 for a sentence without entities, as in all methods."""
    return sum(scores) / len(scores) if scores else 1.0
