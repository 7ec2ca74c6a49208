"""The entities an engine finds in a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from silverner.projection.chain.stage import Batch, release
from silverner.projection.labelling import Labeller
from silverner.projection.spans import Span
from silverner.projection.stages.columns import DISTRIBUTION, PROJECTED, SPANS


class Label:
    """What an engine finds in a text, with its confidence, and the probabilities of all tags where it gives them."""

    version = 2

    def __init__(self, labeller: Labeller, *, text: str = "source", name: str = "label") -> None:
        """Use an engine on a text; ``name`` tells two of these in one chain apart."""
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
        """Let the engine's model go."""
        release(self._labeller)

    def apply(self, batch: Batch) -> Batch:
        """Label a batch."""
        done = self._labeller.label(batch[f"{self._text}.tokens"])
        rows = [None if d.distribution is None else list(d.distribution) for d in done]
        return {
            f"{self._text}.tagger_entities": [[asdict(Span(s.start, s.end, s.label)) for s in d.spans] for d in done],
            f"{self._text}.tagger_confidence": [[s.confidence for s in d.spans] for d in done],
            f"{self._text}.distribution": rows,
        }


class UseTargetEntities:
    """The entities found in the target text itself, as they are; the confidence of each is its score."""

    name = "use-target-entities"
    version = 1
    inputs: tuple[str, ...] = ("target.entities", "target.confidence")
    outputs: Mapping[str, pa.DataType] = {
        "projected.entities": PROJECTED,
        "projected.lost": SPANS,
        "projected.score": pa.float64(),
    }

    def settings(self) -> Mapping[str, object]:
        """Return nothing: there is nothing to choose."""
        return {}

    def apply(self, batch: Batch) -> Batch:
        """Take over the entities of every sentence."""
        entities: list[list[dict[str, Any]]] = [
            [{**span, "score": score} for span, score in zip(spans, scores, strict=True)]
            for spans, scores in zip(*(batch[name] for name in self.inputs), strict=True)
        ]
        return {
            "projected.entities": entities,
            "projected.lost": [[] for _ in entities],
            "projected.score": [_mean([e["score"] for e in row]) for row in entities],
        }


def _mean(scores: list[float]) -> float:
    """Average the scores of a sentence; 1 without any, as everywhere."""
    return sum(scores) / len(scores) if scores else 1.0
