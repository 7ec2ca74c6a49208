"""The rows that users load, made from the columns of a chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.compute as pc

from silverner.dataset_cards.corrections import HUMAN_ENTITIES, HUMAN_FEATURE, Corrections, human_columns
from silverner.projection.chain import DROP
from silverner.projection.spans import Span, tag_names, tags_from_spans

ROWS_VERSION = 4
"""Raised when the same chain gives other rows; part of a corpus's signature."""

TOKENS = datasets.List(datasets.Value("string"))
NUMBER = datasets.Value("int32")
REAL = datasets.Value("float64")
PROBABILITIES = datasets.List(datasets.List(datasets.Value("float16")))
_CHANGED = {
    "projected.entities", "projected.score", "projected.votes", "source.entities", "source.confidence", "pivot.entities"
}  # fmt: skip
"""The columns of the chain that are published in another form. The others, and most of the bytes, stay in Arrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which columns the rows of a corpus have beside tokens, tags, entities, score and flags.

    :param source: The text the labels come from, its tags, and each entity's place in it.
    :param links: The alignment of source and target.
    :param unknown: The text (``source`` or ``target``) whose words a translator may not have known.
    :param confidence: The confidence of the labeller in each entity.
    :param distribution: The text a labeller gave probabilities of tags for.
    :param teachers: The probabilities that teachers gave for the target.
    :param pivot: The text between target and source, and its tags, of a translation back.
    :param markers: What went wrong with entity markers.
    :param votes: Which voters gave each entity.
    :param corrections: The entities that people see.
    """

    source: bool = True
    links: bool = True
    unknown: str | None = None
    confidence: bool = False
    distribution: str | None = None
    teachers: bool = False
    pivot: bool = False
    markers: bool = False
    votes: bool = False
    corrections: bool = False

    def columns(self) -> list[str]:
        """Name the columns of the chain the rows are made from."""
        texts = [name for name, published in (("source", self.source), ("pivot", self.pivot)) if published]
        return [
            *("id", "split", "target.tokens", "projected.entities", "projected.score", "flags"),
            *(f"{text}.{what}" for text in texts for what in ("tokens", "entities")),
            *(["projected.links"] if self.links else []),
            *([f"{self.unknown}.unknown"] if self.unknown else []),
            *(["source.confidence"] if self.confidence else []),
            *([f"{self.distribution}.distribution"] if self.distribution else []),
            *(["target.teacher_probabilities"] if self.teachers else []),
            *(["markers.faults"] if self.markers else []),
            *(["projected.votes"] if self.votes else []),
        ]


def features_for(labels: Sequence[str], layout: Layout) -> datasets.Features:
    """Describe the published columns.

    :param labels: The labels.
    :param layout: Which columns there are.
    :returns: The features.
    """
    tags = datasets.List(datasets.ClassLabel(names=tag_names(labels)))
    entity = {"start": NUMBER, "end": NUMBER, "label": datasets.Value("string"), "score": REAL}
    if layout.source:
        entity |= {"source_start": NUMBER, "source_end": NUMBER}
    if layout.links:
        entity["confidence"] = REAL
    if layout.confidence:
        entity["label_confidence"] = REAL
    if layout.votes:
        entity["votes"] = datasets.List(datasets.Value("string"))
    features = {"id": datasets.Value("string"), "tokens": TOKENS, "ner_tags": tags}
    for text, published in (("source", layout.source), ("pivot", layout.pivot)):
        if published:
            features |= {f"{text}_tokens": TOKENS, f"{text}_ner_tags": tags}
    if layout.links:
        features["alignment"] = datasets.Value("string")
    features |= {
        "entities": datasets.List(entity),
        "score": REAL,
        "flags": datasets.List(datasets.Value("string")),
    }
    if layout.unknown:
        features[_named(layout.unknown, "unknown")] = datasets.List(NUMBER)
    if layout.distribution:
        features[_named(layout.distribution, "distribution")] = PROBABILITIES
    if layout.teachers:
        features["distribution"] = PROBABILITIES
    if layout.markers:
        features["marker_faults"] = datasets.List(datasets.Value("string"))
    if layout.corrections:
        features[HUMAN_ENTITIES] = HUMAN_FEATURE
    return datasets.Features(features)


def to_rows(
    table: pa.Table,
    split: str,
    features: datasets.Features,
    layout: Layout,
    *,
    corrections: Corrections | None = None,
) -> pa.Table:
    """Return the rows of one split of a shard: the sentences that are not dropped.

    :param table: The chain's columns the layout names, and the reasons to drop.
    :param split: The split.
    :param features: As :func:`features_for` gives them.
    :param layout: Which columns there are.
    :param corrections: What people corrected, if the layout has it.
    :returns: The rows, typed as ``features``.
    """
    table = table.filter(pc.and_(pc.is_null(table[DROP]), pc.equal(table["split"], split)))
    rows = table.select([name for name in table.column_names if name in _CHANGED]).to_pylist()
    number = {name: k for k, name in enumerate(features["ner_tags"].feature.names)}

    def tags(name: str, tokens: str) -> list[list[int]]:
        lengths = pc.list_value_length(table[tokens]).to_pylist()
        spans = ([Span(e["start"], e["end"], e["label"]) for e in row[name]] for row in rows)
        return [[number[tag] for tag in tags_from_spans(*sides)] for sides in zip(spans, lengths, strict=True)]

    columns: dict[str, Any] = {
        "id": table["id"],
        "tokens": table["target.tokens"],
        "ner_tags": tags("projected.entities", "target.tokens"),
        "entities": [_entities(r, layout) for r in rows],
        "score": [_score(r, layout) for r in rows],
        "flags": table["flags"],
    }
    for text, published in (("source", layout.source), ("pivot", layout.pivot)):
        if published:
            columns[f"{text}_tokens"] = table[f"{text}.tokens"]
            columns[f"{text}_ner_tags"] = tags(f"{text}.entities", f"{text}.tokens")
    for name, what in ((layout.unknown, "unknown"), (layout.distribution, "distribution")):
        if name:
            columns[_named(name, what)] = table[f"{name}.{what}"]
    if layout.teachers:
        columns["distribution"] = table["target.teacher_probabilities"]
    if layout.links:
        columns["alignment"] = table["projected.links"]
    if layout.markers:
        columns["marker_faults"] = table["markers.faults"]
    if corrections is not None:
        columns |= human_columns(
            table["target.tokens"].to_pylist(), columns["entities"], corrections, features["ner_tags"].feature.names
        )
    return pa.Table.from_pydict(columns, schema=features.arrow_schema)


def _score(row: Mapping[str, Any], layout: Layout) -> float:
    """Return the score of a sentence; an entity that was lost on the way back counts with a score of 0."""
    score: float = row["projected.score"]
    pivot_entities = len(row["pivot.entities"]) if layout.pivot else 0
    return score * len(row["source.entities"]) / pivot_entities if pivot_entities else score


def _named(text: str, what: str) -> str:
    """Name a published column; those of the target text have no prefix."""
    return what if text == "target" else f"{text}_{what}"


def _entities(row: Mapping[str, Any], layout: Layout) -> list[dict[str, Any]]:
    """Return the entities of a row, with the confidence of the projection and of the labeller where they are known."""
    entities = [
        {**e} if layout.links else {k: v for k, v in e.items() if k != "confidence"} for e in row["projected.entities"]
    ]
    if layout.confidence:
        labelled = zip(row["source.entities"], row["source.confidence"], strict=True)
        confidences = {(e["start"], e["end"]): confidence for e, confidence in labelled}
        for e in entities:
            e["label_confidence"] = confidences[e["source_start"], e["source_end"]]
    if layout.votes:
        entities = [{**e, "votes": names} for e, names in zip(entities, row["projected.votes"], strict=True)]
    return entities
