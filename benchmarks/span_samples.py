"""The spans that may carry the entities of the sets of a scoreboard, and what gold says of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from parallel_sets import ParallelSet
from scipy.optimize import linear_sum_assignment

from silverner.projection.chain import ShardStore
from silverner.projection.errors import MissingFileError
from silverner.projection.projector import Projector
from silverner.projection.scoring.capitalisation import corpus_cases
from silverner.projection.scoring.cooccurrence import count_cooccurrences
from silverner.projection.scoring.entity_model import entity_evidence
from silverner.projection.scoring.evidence import NO_EVIDENCE, CorpusEvidence
from silverner.projection.scoring.fused import fused_scores
from silverner.projection.scoring.name_similarity import name_similarity
from silverner.projection.scoring.pair_arrays import PairArrays
from silverner.projection.scoring.span_evidence import SpanEvidence
from silverner.projection.scoring.span_features import FEATURES, candidate_spans, span_features
from silverner.projection.spans import Span
from silverner.scoreboard.aligners import read_aligners
from silverner.scoreboard.links import link
from silverner.scoreboard.parallel_set import read_set
from silverner.scoreboard.registry import registered_sets

PIVOT = "eng"
"""The language that is on one side of every set; the other one is left out."""
SAME_LABEL = 0.3
"""What an equal label is worth when entities of both sides are paired."""


@dataclass(frozen=True)
class EntitySpans:
    """The spans that may carry one entity, and what gold says of them.

    :param features: What the span model reads, shape (spans, features); with soft links if the aligner has them.
    :param texts: The entity and the words of every span.
    :param evidence: What the entity model reads, with odds of 0.
    :param has_counterpart: Whether some gold entity is the counterpart of the entity.
    :param right: Index of the span that is the counterpart; ``None`` where there is none, or it is not among them.
    :param overlaps: Whether a gold entity overlaps each span.
    :param equal: Whether a gold entity has the boundaries of each span, and the label.
    """

    features: np.ndarray
    texts: Sequence[tuple[int, tuple[str, ...]]]
    evidence: np.ndarray
    has_counterpart: bool
    right: int | None
    overlaps: np.ndarray
    equal: np.ndarray


@dataclass(frozen=True)
class Sample:
    """A set with the links of one aligner, in one direction.

    :param name: The set and the aligner.
    :param language: The language that is not English.
    :param parallel_set: The set.
    :param entities: The spans of every entity.
    """

    name: str
    language: str
    parallel_set: ParallelSet
    entities: Sequence[EntitySpans]

    @property
    def counterparts(self) -> list[EntitySpans]:
        """Return the spans of the entities that have a counterpart."""
        return [one for one in self.entities if one.has_counterpart]

    @property
    def has_soft_links(self) -> bool:
        """Whether the aligner has soft links."""
        return any(one.features.shape[1] > len(FEATURES) for one in self.entities)

    def without_soft_links(self) -> Sample:
        """Return the sample as if the aligner had no soft links."""
        entities = [replace(one, features=one.features[:, : len(FEATURES)]) for one in self.entities]
        return replace(self, parallel_set=replace(self.parallel_set, evidence=None), entities=entities)


def read_samples(folder: Path, store: Path, aligners: Sequence[str]) -> Iterator[Sample]:
    """Read and align all sets, and describe the spans of their entities."""
    engines = read_aligners(aligners)
    for entry in registered_sets(folder).values():
        if entry.missing() is not None:
            continue
        board_set = read_set(entry)
        language = next(side.code for side in entry.languages if side.code != PIVOT)
        for engine in engines:
            try:
                links = link(board_set, engine, ShardStore(store))
            except MissingFileError as error:
                sys.stderr.write(f"{engine.name} {board_set.name}: left out: {error}\n")
                continue
            one = ParallelSet(
                name=board_set.name,
                source=board_set.source_tokens,
                target=board_set.target_tokens,
                entities=board_set.entities,
                gold=board_set.gold,
                forward=links.forward,
                reverse=links.reverse,
                evidence=links.evidence,
            )
            back = replace(one.turned(), name=f"{one.name} reversed")
            for side in (one, back):
                yield Sample(f"{engine.name} {side.name}", language, side, list(_entities(side)))
                sys.stderr.write(f"{engine.name} {side.name}\n")


def _entities(parallel_set: ParallelSet) -> Iterator[EntitySpans]:
    """Describe the spans of every entity, as the projection sees them."""
    cases = corpus_cases(parallel_set.target)
    sides = parallel_set.source, parallel_set.target, parallel_set.forward, parallel_set.reverse
    counts = count_cooccurrences(*sides, entities=parallel_set.entities)
    for k, entities in enumerate(parallel_set.entities):
        counterparts, gold = _counterparts(parallel_set, k), parallel_set.gold[k]
        soft = NO_EVIDENCE if parallel_set.evidence is None else parallel_set.evidence[k]
        evidence = replace(soft, target_cases=cases[k], corpus=CorpusEvidence(cooccurrences=counts))
        source, target, forward, reverse = (side[k] for side in sides)
        if not (entities and target):
            continue
        arrays = PairArrays.of(Projector().pair(source, entities, target, forward, reverse, evidence))
        span_evidence, scores = SpanEvidence(arrays), fused_scores(arrays)
        candidates = candidate_spans(arrays, span_evidence, scores)
        for index, entity in enumerate(entities):
            spans = candidates.at(candidates.entity == index)
            if not len(spans):
                continue
            counterpart = counterparts.get(entity)
            features = span_features(arrays, span_evidence, scores, spans)
            bounds = list(zip(spans.start.tolist(), spans.end.tolist(), strict=True))
            place = None if counterpart is None else (counterpart.start, counterpart.end)
            yield EntitySpans(
                features=features,
                texts=spans.texts(target),
                evidence=entity_evidence(arrays, spans, features, np.full(len(spans), 0.5)),
                has_counterpart=counterpart is not None,
                right=bounds.index(place) if place in bounds else None,
                overlaps=np.array([any(g.start < end and start < g.end for g in gold) for start, end in bounds]),
                equal=np.array([Span(*bound, entity.label) in gold for bound in bounds]),
            )


def _counterparts(parallel_set: ParallelSet, k: int) -> dict[Span, Span]:
    """Pair the entities of both sides, by links, similar names and labels."""
    source, target = parallel_set.source[k], parallel_set.target[k]
    entities, gold = parallel_set.entities[k], parallel_set.gold[k]
    links = [(i, j) for direction in (parallel_set.forward[k], parallel_set.reverse[k]) for i, j, _ in direction]
    worth = np.zeros((len(entities), len(gold)))
    for x, e in enumerate(entities):
        for y, g in enumerate(gold):
            linked = sum(e.start <= i < e.end and g.start <= j < g.end for i, j in links) / 2
            name, counterpart = source[e.start : e.end], target[g.start : g.end]
            similar = sum(max(name_similarity(word, other) for other in counterpart) for word in name)
            if linked + similar > 0:
                worth[x, y] = 2 * (linked + similar) / (len(e) + len(g)) + SAME_LABEL * (e.label == g.label)
    return {
        entities[x]: gold[y] for x, y in zip(*linear_sum_assignment(worth, maximize=True), strict=True) if worth[x, y]
    }
