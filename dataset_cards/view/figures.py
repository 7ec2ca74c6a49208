"""Figures of a language: entities by label, confidence, length. They count every row, whichever rows a page holds."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from silverner.dataset_cards.corrections import HUMAN_ENTITIES
from silverner.dataset_cards.facts import BINS
from silverner.dataset_cards.measure import PROBABILITIES
from silverner.dataset_cards.view.calibration import Calibration
from silverner.dataset_cards.view.corpus import ViewedCorpus

STEP, LENGTHS = 5, 16
"""Tokens of one step of the figure of lengths, and its steps; the last one holds all longer sentences, too."""


def figures(corpus: ViewedCorpus, code: str) -> dict[str, Any]:
    """Count what the figures of a language show.

    :param corpus: The corpus.
    :param code: The language.
    :returns: Plain values for JSON.
    :raises DataError: when a file cannot be read.
    """
    tags = corpus.tags(code)
    splits, flags, labels, source_labels = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    calibration = Calibration()
    lengths, tokens, labelled = np.zeros(LENGTHS, dtype=int), 0, 0
    bins = {name: np.zeros(BINS, dtype=int) for name in PROBABILITIES}
    for split, table in corpus.batches(code):
        sizes = pc.list_value_length(table["tokens"]).to_numpy()
        splits[split] += table.num_rows
        tokens += int(sizes.sum())
        lengths += np.bincount(np.minimum((sizes - 1).clip(0) // STEP, LENGTHS - 1), minlength=LENGTHS)
        labelled += _labelled(table)
        entities = table["entities"].combine_chunks().flatten()
        labels.update(_first_tags(table["ner_tags"], tags))
        for name, counts in bins.items():
            counts += _bins(entities, name)
        if "flags" in table.column_names:
            flags.update(_values(table["flags"].combine_chunks().flatten()))
        if "source_ner_tags" in table.column_names:
            source_labels.update(_first_tags(table["source_ner_tags"], tags))
        calibration.add(table)
    confidence = next((name for name in bins if bins[name].any()), None)
    return {
        "sentences": sum(splits.values()),
        "tokens": tokens,
        "labelled": labelled,
        "splits": dict(splits),
        "flags": dict(flags),
        "labels": dict(labels),
        "calibration": calibration.facts(),
        "source_labels": dict(source_labels),
        "lengths": {"step": STEP, "counts": lengths.tolist()},
        "confidence": confidence
        and {"name": confidence, "meaning": PROBABILITIES[confidence], "bins": bins[confidence].tolist()},
    }


def _labelled(table: pa.Table) -> int:
    """Count the sentences that have an entity, by people where they looked at the sentence."""
    sizes = pc.list_value_length(table["entities"])
    if HUMAN_ENTITIES in table.column_names:
        sizes = pc.coalesce(pc.list_value_length(table[HUMAN_ENTITIES]), sizes)
    return int((sizes.to_numpy() > 0).sum())


def _values(array: pa.Array) -> dict[str, int]:
    """Count the values of a column of texts."""
    return {item["values"]: item["counts"] for item in pc.value_counts(array).to_pylist()}


def _bins(entities: pa.Array, name: str) -> Any:
    """Sort the probabilities of entities into equal parts from 0 to 1."""
    if name not in [field.name for field in entities.type]:
        return np.zeros(BINS, dtype=int)
    values = entities.field(name).drop_null().to_numpy(zero_copy_only=False)
    finite = values[np.isfinite(values)]
    return np.bincount((finite * BINS).astype(int).clip(0, BINS - 1), minlength=BINS)


def _first_tags(column: pa.ChunkedArray, tags: list[str]) -> dict[str, int]:
    """Count the entities of a text by label: each has one tag that begins it."""
    numbers = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    counts = np.bincount(numbers[(numbers >= 0) & (numbers < len(tags))], minlength=len(tags))
    return {tag[2:]: int(count) for tag, count in zip(tags, counts, strict=True) if tag.startswith("B-")}
