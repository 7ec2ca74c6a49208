"""What a stage is, and how it is named.

A record is one sentence: named columns such as ``source.tokens``, ``target.text``, ``links.forward`` or
``target.unknown`` (texts, entity sets, links, engine evidence). A stage names the columns it reads and those it adds;
so stages form a graph, and each has a signature over its own settings, its version and the signatures of its inputs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias, runtime_checkable

import pyarrow as pa

Batch: TypeAlias = dict[str, list[Any]]
"""Columns of equal length."""

DROP = "drop"
"""The column in which a stage may give a reason to drop a sentence; later stages never see that sentence."""

ROW = "row"
"""Column of the source: position of the sentence in the corpus, from 0."""

SHARD_ROWS = 1000
"""Sentences a shard. Batches are composed inside a shard, so this never depends on the machine."""


class SentenceSource(Protocol):
    """Where sentences come from."""

    name: str
    version: int
    outputs: Mapping[str, pa.DataType]

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the rows, content hashes included."""

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Return every sentence with all columns of ``outputs``, always in the same order."""


class Stage(Protocol):
    """Adds columns to sentences, each sentence on its own."""

    name: str
    version: int
    inputs: tuple[str, ...]
    outputs: Mapping[str, pa.DataType]

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the output, except the inputs and what never changes a number."""

    def apply(self, batch: Batch) -> Batch:
        """Return the columns of ``outputs`` for a batch, and optionally :data:`DROP` with reasons or ``None``."""


@runtime_checkable
class FittingStage(Protocol):
    """A stage that must see the whole corpus before it can be applied.

    It says by an attribute ``repeatable`` that it learns the same from the same corpus every time. Any other one can
    have a method ``check_fitted(batches)``, which raises :class:`~silverner.projection.errors.DataError` when the file
    of a stranger, which :meth:`load` was given, does not fit the corpus.
    """

    def fit(self, batches: Iterable[Batch], path: Path) -> None:
        """Learn from the corpus and write what was learned to one file.

        The batches hold all sentences; one that was dropped before has a reason in :data:`DROP`, and ``None`` in the
        columns that later stages would have added.
        """

    def load(self, path: Path) -> None:
        """Use what was learned, from the file that :meth:`fit` wrote."""


@runtime_checkable
class CountingStage(FittingStage, Protocol):
    """A fitting stage that learns by adding up what it counts in every shard, so that workers can count.

    What it learns is the same as by ``fit``, which counts batch by batch and merges the counts.
    """

    def count(self, batch: Batch) -> pa.Table:
        """Count in a shard, which is a batch as :meth:`FittingStage.fit` takes it."""

    def merge(self, counts: Iterable[pa.Table], path: Path) -> None:
        """Add up the counts of all shards, in their order, and write what was learned to one file."""


def release(engine: object) -> None:
    """Free the memory of a stage or an engine, if it has a method ``release``.

    :param engine: A stage or an engine.
    """
    free_memory = getattr(engine, "release", None)
    if free_memory is not None:
        free_memory()


def signature(facts: object) -> str:
    """Make the short stable name of a set of facts.

    :param facts: Anything JSON can write.
    :returns: 16 hexadecimal digits, the same for the same facts on every machine.

    >>> signature({"b": 1, "a": [2]}) == signature({"a": [2], "b": 1})
    True
    """
    text = json.dumps(facts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_repeatable(stage: Any) -> bool:
    """Tell whether a fitting stage learns the same from the same corpus every time.

    :param stage: The stage.
    """
    return bool(getattr(stage, "repeatable", False))
