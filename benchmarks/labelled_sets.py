"""Sets with gold labels and several labellings of the same sentences: the variants that vote or are chosen from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from parallel_sets import ParallelSet

from silverner.projection.ensembling.choice import round_trip
from silverner.projection.ensembling.voting import Probabilities, decode_entities, mixture, tag_probabilities, vote
from silverner.projection.links import Symmetrisation
from silverner.projection.metrics import evaluate_spans
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.projector import Projector
from silverner.projection.readers import CorpusFiles, read_corpus
from silverner.projection.result import Projection
from silverner.projection.spans import Span

DICE_LINKS: tuple[Symmetrisation, ...] = ("gdfa", "intersection", "reverse")
HEURISTIC_LINKS: tuple[Symmetrisation, ...] = ("gdfa", "intersection")
PROJECTORS: dict[str, Projector] = {
    "fused": Projector(),
    "fused, heuristic": Projector(matcher="heuristic"),
    **{f"dice, {links}": Projector(score="dice", symmetrise=links, capitals=(), threshold=0.0) for links in DICE_LINKS},
    **{
        f"heuristic, {links}": Projector(matcher="heuristic", score="dice", symmetrise=links, capitals=())
        for links in HEURISTIC_LINKS
    },
}


@dataclass(frozen=True, slots=True, order=True)
class VariantEntity(Span):
    """An entity of a variant, with its confidence."""

    confidence: float = 1.0


VariantEntities = list[list[VariantEntity]]
"""The entities of a variant, by sentence."""


@dataclass(frozen=True, kw_only=True)
class LabelledSet:
    """A set with its gold labels and its variants.

    :param name: Name of the set.
    :param lengths: Tokens of every sentence.
    :param gold: Gold entities of every sentence.
    :param variants: The entities of every variant.
    :param round_trips: F1 of the labels of a variant, projected back onto the source.
    """

    name: str
    lengths: Sequence[int]
    gold: Sequence[Sequence[Span]]
    variants: Mapping[str, VariantEntities]
    round_trips: Mapping[str, float] = field(default_factory=dict)

    def f1(self, spans: Sequence[Sequence[Span]]) -> float:
        """Return strict F1 in percent."""
        return evaluate_spans(self.gold, spans).overall.f1

    def f1_of_variants(self) -> dict[str, float]:
        """Return the strict F1 of every variant in percent."""
        return {name: self.f1(entities) for name, entities in self.variants.items()}

    @property
    def labels(self) -> list[str]:
        """All labels, sorted."""
        return sorted({e.label for entities in (self.gold, *self.variants.values()) for row in entities for e in row})

    def vote(self, weights: Mapping[str, float], *, least: float) -> list[list[Span]]:
        """Let variants vote on whole entities."""
        elected = []
        for rows in zip(*(self.variants[name] for name in weights), strict=True):
            ballots = {name: _spans(row) for name, row in zip(weights, rows, strict=True)}
            elected.append([Span(v.start, v.end, v.label) for v in vote(ballots, weights, least=least)])
        return elected

    def mix(self, weights: Mapping[str, float]) -> list[list[Span]]:
        """Mix the tag probabilities of variants, and decode the mixture."""
        labels = self.labels
        rows = zip(*(self.probabilities(self.variants[name]) for name in weights), strict=True)
        return [decode_entities(mixture(row, list(weights.values())), labels) for row in rows]

    def probabilities(self, entities: VariantEntities) -> list[Probabilities]:
        """Turn entities with confidences into tag probabilities."""
        labels = self.labels
        return [
            tag_probabilities(_spans(row), [entity.confidence for entity in row], length, labels)
            for length, row in zip(self.lengths, entities, strict=True)
        ]

    def oracle(self) -> list[list[VariantEntity]]:
        """Take for every sentence the variant with the highest F1; the first of equals."""
        rows = zip(self.gold, *self.variants.values(), strict=True)
        return [max(choices, key=lambda spans: _sentence_f1(gold, spans)) for gold, *choices in rows]


def project_variants(parallel_set: ParallelSet, *, tagger: str | None, eflomal: bool) -> LabelledSet:
    """Project a set in every way, and project the labels back.

    :param parallel_set: The set.
    :param tagger: A tagger that labels the target text itself, as one more variant.
    :param eflomal: Also project on links of eflomal.
    :returns: The set with all variants.
    """
    variants: dict[str, VariantEntities] = {}
    round_trips: dict[str, float] = {}
    sets = {"": parallel_set, **({", eflomal": _align_by_eflomal(parallel_set)} if eflomal else {})}
    for aligner, pairs in sets.items():
        for name, projector in PROJECTORS.items() if not aligner else [("fused", Projector())]:
            projections = pairs.project(projector)
            variants[name + aligner] = _variant_entities(projections)
            entities = [[Span(s.start, s.end, s.label) for s in p.spans] for p in projections]
            returned = replace(pairs.turned(), entities=entities).project(projector)
            round_trips[name + aligner] = round_trip(parallel_set.entities, [p.spans for p in returned])
    if tagger is not None:
        variants["model transfer"] = _tag(parallel_set, tagger)
    lengths = [len(tokens) for tokens in parallel_set.target]
    return LabelledSet(
        name=parallel_set.name, lengths=lengths, gold=parallel_set.gold, variants=variants, round_trips=round_trips
    )


def read_variants(folder: Path) -> LabelledSet:
    """Read a folder of corpora of the same sentences, and their gold.

    :param folder: Holds ``gold.conll`` or ``gold.iob2``, and a Parquet file for every variant.
    :returns: The set with all variants.
    """
    gold_file = next(p for p in sorted(folder.iterdir()) if p.stem == "gold")
    gold = list(read_corpus(CorpusFiles(files={"test": str(gold_file)}, repair=True), tagged=True))
    variants = {}
    for path in sorted(folder.glob("*.parquet")):
        rows = pq.read_table(path, columns=["tokens", "entities"]).to_pylist()
        if [tuple(row["tokens"]) for row in rows] != [s.tokens for s in gold]:
            raise SystemExit(f"{path} does not hold the sentences of {gold_file}")
        variants[path.stem] = [
            [VariantEntity(e["start"], e["end"], e["label"], _published_confidence(e)) for e in row["entities"]]
            for row in rows
        ]
    labels = {entity.label for entities in variants.values() for row in entities for entity in row}
    return LabelledSet(
        name=folder.name,
        lengths=[len(s.tokens or ()) for s in gold],
        gold=[[span for span in s.spans or () if span.label in labels] for s in gold],
        variants=variants,
    )


def _spans(entities: Sequence[VariantEntity]) -> list[Span]:
    return [Span(entity.start, entity.end, entity.label) for entity in entities]


def _sentence_f1(gold: Sequence[Span], spans: Sequence[Span]) -> float:
    scores = evaluate_spans([gold], [spans]).overall
    return scores.f1 if scores.gold + scores.predicted else 100.0


def _variant_entities(projections: Sequence[Projection]) -> VariantEntities:
    return [
        [
            VariantEntity(s.start, s.end, s.label, min(s.score, 1.0) if s.confidence is None else s.confidence)
            for s in projection.spans
        ]
        for projection in projections
    ]


def _align_by_eflomal(parallel_set: ParallelSet) -> ParallelSet:
    from silverner.projection.alignment import Eflomal

    pairs = Eflomal().align(parallel_set.source, parallel_set.target)
    return replace(parallel_set, forward=[list(p.forward) for p in pairs], reverse=[list(p.reverse) for p in pairs])


def _tag(parallel_set: ParallelSet, model: str) -> VariantEntities:
    """Label the target text by a tagger."""
    from silverner.projection.labelling import Tagger

    labels = sorted({span.label for row in parallel_set.gold for span in row})
    dropped = {label: None for label in ("MISC", "OTH") if label not in labels}
    tagger = Tagger(Checkpoint(name=model), labels=labels, label_map=dropped)
    rows = tagger.label(parallel_set.target)
    return [[VariantEntity(s.start, s.end, s.label, s.confidence) for s in row.spans] for row in rows]


def _published_confidence(entity: Mapping[str, Any]) -> float:
    """Multiply the confidence in the boundaries of a published entity by that in its label."""
    boundary = entity.get("confidence")
    label = entity.get("label_confidence")
    return float((min(entity["score"], 1.0) if boundary is None else boundary) * (1.0 if label is None else label))
