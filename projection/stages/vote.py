"""Adds the entities that several voters agree on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from silverner.projection.chain.stage import Batch
from silverner.projection.ensembling.rules import Rule
from silverner.projection.ensembling.voting import VotedEntity, decode_entities, mixture, tag_probabilities, vote
from silverner.projection.spans import Span
from silverner.projection.stages.columns import DISTRIBUTION, PROJECTED, SPANS, rows_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter:
    """The columns of a voter's entities, and the weight of its vote.

    :param entities: Column of its entities.
    :param distribution: Column of its probabilities of tags, if it has them.
    :param weight: Weight of its vote.
    """

    entities: str
    distribution: str | None = None
    weight: float = 1.0


class Vote:
    """Adds the entities that the voters agree on (:mod:`silverner.projection.ensembling.voting`).

    By the rule ``agreement`` all votes have the same weight. By the rule ``soft`` the probabilities are mixed, decoded,
    and added as a column.
    """

    name = "vote"
    version = 1

    def __init__(self, voters: Mapping[str, Voter], *, rule: Rule, least: float, labels: Sequence[str]) -> None:
        """Choose the voters and the rule.

        :param voters: The voters by name.
        :param rule: How votes are counted.
        :param least: Share of the weight from which an entity is chosen; the rule ``soft`` does not use it.
        :param labels: The labels.
        """
        self._voters, self._rule, self._least, self._labels = dict(voters), rule, least, tuple(labels)
        soft = [v.distribution for v in voters.values() if rule == "soft" and v.distribution is not None]
        self.inputs: tuple[str, ...] = ("target.tokens", *(v.entities for v in voters.values()), *soft)
        self.outputs: Mapping[str, pa.DataType] = {
            "projected.entities": PROJECTED,
            "projected.votes": pa.list_(pa.list_(pa.string())),
            "projected.lost": SPANS,
            "projected.score": pa.float64(),
            **({"target.distribution": DISTRIBUTION} if rule == "soft" else {}),
        }

    def settings(self) -> Mapping[str, object]:
        """Return rule, weights, and labels."""
        weights = {name: voter.weight for name, voter in self._voters.items()}
        return {"rule": self._rule, "least": self._least, "weights": weights, "labels": list(self._labels)}

    def apply(self, batch: Batch) -> Batch:
        """Count the votes of every sentence."""
        results = [self._count(row) for row in rows_of(batch, self.inputs)]
        output: Batch = {
            "projected.entities": [
                [{"start": v.start, "end": v.end, "label": v.label, "score": v.share} for v in voted]
                for voted, _ in results
            ],
            "projected.votes": [[list(v.voters) for v in voted] for voted, _ in results],
            "projected.lost": [[] for _ in results],
            "projected.score": [float(np.mean([v.share for v in voted])) if voted else 1.0 for voted, _ in results],
        }
        if self._rule == "soft":
            output["target.distribution"] = [list(mixed.astype(np.float16)) for _, mixed in results]
        return output

    def _count(self, row: Mapping[str, Any]) -> tuple[list[VotedEntity], Any]:
        ballots = {
            name: [Span(e["start"], e["end"], e["label"]) for e in row[voter.entities]]
            for name, voter in self._voters.items()
        }
        weights = {name: 1.0 if self._rule == "agreement" else v.weight for name, v in self._voters.items()}
        if self._rule != "soft":
            return vote(ballots, weights, least=self._least), None
        length = len(row["target.tokens"])
        mixed = mixture([self._soft(voter, row, length) for voter in self._voters.values()], list(weights.values()))
        chosen = decode_entities(mixed, self._labels)
        return [_with_voters(span, ballots, weights) for span in chosen], mixed

    def _soft(self, voter: Voter, row: Mapping[str, Any], length: int) -> Any:
        """Return a voter's probabilities of tags; if it has none, they are made from its entities and confidences."""
        if voter.distribution is not None:
            tags = np.asarray([np.asarray(token, dtype=float) for token in row[voter.distribution]])
            return (
                tags / tags.sum(axis=1, keepdims=True) if len(tags) else tag_probabilities([], [], length, self._labels)
            )
        entities = row[voter.entities]
        confidences = [min(1.0, e["score"] if e["confidence"] is None else e["confidence"]) for e in entities]
        return tag_probabilities(
            [Span(e["start"], e["end"], e["label"]) for e in entities], confidences, length, self._labels
        )


def _with_voters(span: Span, ballots: Mapping[str, Sequence[Span]], weights: Mapping[str, float]) -> VotedEntity:
    """Add the voters that gave the same entity to an entity of the mixture."""
    names = [name for name, spans in ballots.items() if span in spans]
    share = sum(weights[name] for name in names) / sum(weights.values())
    return VotedEntity(span.start, span.end, span.label, share, tuple(sorted(names)))
