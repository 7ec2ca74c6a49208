"""Adds the case of target tokens, decided by counts over the whole corpus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from silverner.projection.chain import DROP
from silverner.projection.chain.stage import Batch
from silverner.projection.scoring.capitalisation import cases_by_counts, count_cases
from silverner.projection.stages.columns import TOKENS
from silverner.projection.stages.fitted_table import FittedTable

_COLUMNS: Mapping[str, pa.DataType] = {"word": pa.string(), "capital": pa.int64(), "small": pa.int64()}
_AT_ONCE = 1_000_000
"""Counts that are added up together."""


class Truecase:
    """Adds the case of every target token. For the first word of a sentence, the counts of the corpus decide."""

    name = "truecase"
    version = 1
    repeatable = True
    inputs: tuple[str, ...] = ("target.tokens",)
    outputs: Mapping[str, pa.DataType] = {"target.cases": TOKENS}

    def __init__(self) -> None:
        """Make the stage; it has no settings."""
        self._counts = FittedTable(self.name, "counts of words", _decode, columns=_COLUMNS)

    def settings(self) -> Mapping[str, object]:
        """Return an empty mapping: the stage has no settings."""
        return {}

    def fit(self, batches: Iterable[Batch], path: Path) -> None:
        """Count how the corpus writes every word."""
        self.merge(map(self.count, batches), path)

    def count(self, batch: Batch) -> pa.Table:
        """Count how a shard writes every word."""
        rows = zip(batch["target.tokens"], batch[DROP], strict=True)
        counts = count_cases(tokens for tokens, reason in rows if reason is None)
        columns: dict[str, list[Any]] = {
            "word": list(counts),
            "capital": [capital for capital, _ in counts.values()],
            "small": [small for _, small in counts.values()],
        }
        return pa.table(columns, schema=pa.schema(_COLUMNS))

    def merge(self, counts: Iterable[pa.Table], path: Path) -> None:
        """Add up the counts of all shards."""
        total = pa.schema(_COLUMNS).empty_table()
        waiting: list[pa.Table] = []
        for table in counts:
            waiting.append(table)
            if sum(map(len, waiting)) >= _AT_ONCE:
                total, waiting = _sum([total, *waiting]), []
        self._counts.write(_sum([total, *waiting]).sort_by("word").combine_chunks(), path)

    def release(self) -> None:
        """Free the memory of the counts."""
        self._counts.release()

    def load(self, path: Path) -> None:
        """Use the counts of a file that :meth:`fit` wrote."""
        self._counts.load(path)

    def apply(self, batch: Batch) -> Batch:
        """Decide the case of every token."""
        counts = self._counts.content()
        return {"target.cases": [list(cases_by_counts(tokens, counts)) for tokens in batch["target.tokens"]]}


def _sum(counts: Iterable[pa.Table]) -> pa.Table:
    """Add up counts of words."""
    table = pa.concat_tables(counts).group_by("word").aggregate([("capital", "sum"), ("small", "sum")])
    return pa.table([table[name] for name in ("word", "capital_sum", "small_sum")], names=list(_COLUMNS))


def _decode(table: pa.Table) -> dict[str, tuple[int, int]]:
    """Return how often every word has a capital, and how often it has none."""
    return {row["word"]: (row["capital"], row["small"]) for row in table.to_pylist()}
