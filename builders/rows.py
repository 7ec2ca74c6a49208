"""The rows that users load, made from the columns of a chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.compute as pc

from silverner.builders.tag_column import offsets_of, tag_column
from silverner.dataset_cards.corrections import HUMAN_ENTITIES, HUMAN_FEATURE, Corrections, human_columns
from silverner.projection.chain import DROP
from silverner.projection.spans import tag_names

ROWS_VERSION = 4
"""Raised when the same chain gives other rows; part of a corpus's signature."""

TOKENS = datasets.List(datasets.Value("string"))
NUMBER = datasets.Value("int32")
REAL = datasets.Value("float64")
PROBABILITIES = datasets.List(datasets.List(datasets.Value("float16")))


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
    chain = {name: table[name].combine_chunks() for name in table.column_names}
    labels = [tag.removeprefix("B-") for tag in features["ner_tags"].feature.names if tag.startswith("B-")]
    columns: dict[str, Any] = {
        "id": chain["id"],
        "tokens": chain["target.tokens"],
        "ner_tags": tag_column(chain["projected.entities"], chain["target.tokens"], labels),
        "entities": _entities(chain, features.arrow_schema.field("entities").type.value_type, layout),
        "score": _score(chain, layout),
        "flags": chain["flags"],
    }
    for text, published in (("source", layout.source), ("pivot", layout.pivot)):
        if published:
            columns[f"{text}_tokens"] = chain[f"{text}.tokens"]
            columns[f"{text}_ner_tags"] = tag_column(chain[f"{text}.entities"], chain[f"{text}.tokens"], labels)
    for name, what in ((layout.unknown, "unknown"), (layout.distribution, "distribution")):
        if name:
            columns[_named(name, what)] = chain[f"{name}.{what}"]
    if layout.teachers:
        columns["distribution"] = chain["target.teacher_probabilities"]
    if layout.links:
        columns["alignment"] = chain["projected.links"]
    if layout.markers:
        columns["marker_faults"] = chain["markers.faults"]
    if corrections is not None:
        tokens, entities = (columns[name].to_pylist() for name in ("tokens", "entities"))
        columns |= human_columns(tokens, entities, corrections, features["ner_tags"].feature.names)
    return pa.Table.from_pydict(columns, schema=features.arrow_schema)


def _score(chain: Mapping[str, pa.Array], layout: Layout) -> pa.Array:
    """Return the score of every sentence; an entity that was lost on the way back counts with a score of 0."""
    score = chain["projected.score"]
    if not layout.pivot:
        return score
    source, pivot = (pc.list_value_length(chain[f"{text}.entities"]).cast(pa.float64()) for text in ("source", "pivot"))
    return pc.if_else(pc.greater(pivot, 0), pc.divide(pc.multiply(score, source), pivot), score)


def _named(text: str, what: str) -> str:
    """Name a published column; those of the target text have no prefix."""
    return what if text == "target" else f"{text}_{what}"


def _entities(chain: Mapping[str, pa.Array], entity: pa.StructType, layout: Layout) -> pa.ListArray:
    """Return the entities of every row, with the confidence of the labeller and the voters where they are known.

    :param chain: The columns of the chain.
    :param entity: The published fields of an entity.
    :param layout: Which columns there are.
    """
    projected = chain["projected.entities"]
    flat = pc.list_flatten(projected)
    fields = {field.name: flat.field(field.name) for field in flat.type}
    if layout.confidence:
        confidences = pc.list_flatten(chain["source.confidence"]).to_pylist()
        by_place = dict(zip(_places(chain["source.entities"], "start", "end"), confidences, strict=True))
        sources = _places(projected, "source_start", "source_end")
        fields["label_confidence"] = pa.array([by_place[place] for place in sources], pa.float64())
    if layout.votes:
        fields["votes"] = pc.list_flatten(chain["projected.votes"])
    published = pa.StructArray.from_arrays([fields[f.name].cast(f.type) for f in entity], fields=list(entity))
    return pa.ListArray.from_arrays(offsets_of(projected), published)


def _places(entities: pa.ListArray, start: str, end: str) -> Iterator[tuple[int, int, int]]:
    """Return row, first token and end of every entity."""
    flat = pc.list_flatten(entities)
    columns = (pc.list_parent_indices(entities), flat.field(start), flat.field(end))
    return zip(*(column.to_pylist() for column in columns), strict=True)
