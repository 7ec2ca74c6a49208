"""From the chain's columns to the rows that users load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import datasets
import pyarrow as pa

from projection.chain import DROP
from projection.spans import Span, tags_from_spans

ROWS_VERSION = 1
"""Raised when the same chain gives other rows; part of a corpus's signature."""

CHAIN_COLUMNS = (
    "id",
    "split",
    "source.tokens",
    "source.entities",
    "target.tokens",
    "target.unknown",
    "projected.entities",
    "projected.score",
    "projected.links",
    "flags",
)


def tag_names(labels: Sequence[str]) -> list[str]:
    """Name the tags of a label set, in the order of their numbers.

    :param labels: The labels.
    :returns: ``O``, then ``B-`` and ``I-`` of each.

    >>> tag_names(["PER"])
    ['O', 'B-PER', 'I-PER']
    """
    return ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]


def features_for(labels: Sequence[str], *, unknown: bool) -> datasets.Features:
    """Describe the published columns.

    :param labels: The labels.
    :param unknown: Whether the translator marks words it does not know.
    :returns: The features.
    """
    tags = datasets.List(datasets.ClassLabel(names=tag_names(labels)))
    tokens = datasets.List(datasets.Value("string"))
    number = datasets.Value("int32")
    entity = {
        "start": number,
        "end": number,
        "label": datasets.Value("string"),
        "score": datasets.Value("float64"),
        "source_start": number,
        "source_end": number,
    }
    evidence = {"unknown": datasets.List(number)} if unknown else {}
    return datasets.Features(
        {
            "id": datasets.Value("string"),
            "tokens": tokens,
            "ner_tags": tags,
            "source_tokens": tokens,
            "source_ner_tags": tags,
            "alignment": datasets.Value("string"),
            "entities": datasets.List(entity),
            "score": datasets.Value("float64"),
            "flags": datasets.List(datasets.Value("string")),
            **evidence,
        }
    )


def publish(table: pa.Table, split: str, features: datasets.Features, *, unknown: bool) -> pa.Table:
    """Take the kept sentences of a split out of a shard.

    :param table: :data:`CHAIN_COLUMNS` and the reasons to drop.
    :param split: The split.
    :param features: As :func:`features_for` gives them.
    :param unknown: Whether to publish the evidence on unknown words.
    :returns: The rows, typed as ``features``.
    """
    rows = [row for row in table.to_pylist() if row[DROP] is None and row["split"] == split]
    number = {name: k for k, name in enumerate(features["ner_tags"].feature.names)}

    def tags(entities: list[dict[str, Any]], tokens: list[str]) -> list[int]:
        spans = [Span(e["start"], e["end"], e["label"]) for e in entities]
        return [number[tag] for tag in tags_from_spans(spans, len(tokens))]

    columns: dict[str, list[Any]] = {
        "id": [r["id"] for r in rows],
        "tokens": [r["target.tokens"] for r in rows],
        "ner_tags": [tags(r["projected.entities"], r["target.tokens"]) for r in rows],
        "source_tokens": [r["source.tokens"] for r in rows],
        "source_ner_tags": [tags(r["source.entities"], r["source.tokens"]) for r in rows],
        "alignment": [r["projected.links"] for r in rows],
        "entities": [r["projected.entities"] for r in rows],
        "score": [r["projected.score"] for r in rows],
        "flags": [r["flags"] for r in rows],
    }
    if unknown:
        columns["unknown"] = [r["target.unknown"] for r in rows]
    return pa.Table.from_pydict(columns, schema=features.arrow_schema)
