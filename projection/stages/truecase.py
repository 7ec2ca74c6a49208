"""Adds the case of target tokens, decided by counts over the whole corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from silverner.projection.chain import DROP
from silverner.projection.chain.stage import Batch
from silverner.projection.scoring.capitalisation import cases_by_counts, count_cases
from silverner.projection.stages.columns import TOKENS
from silverner.projection.stages.fitted_table import FittedTable

_COLUMNS: Mapping[str, pa.DataType] = {"word": pa.string(), "capital": pa.int64(), "small": pa.int64()}


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
        counts = sorted(count_cases(_sentences(batches)).items())
        columns: dict[str, list[Any]] = {
            "word": [word for word, _ in counts],
            "capital": [capital for _, (capital, _) in counts],
            "small": [small for _, (_, small) in counts],
        }
        self._counts.write(pa.table(columns, schema=pa.schema(_COLUMNS)), path)

    def load(self, path: Path) -> None:
        """Use the counts of a file that :meth:`fit` wrote."""
        self._counts.load(path)

    def apply(self, batch: Batch) -> Batch:
        """Decide the case of every token."""
        counts = self._counts.content()
        return {"target.cases": [list(cases_by_counts(tokens, counts)) for tokens in batch["target.tokens"]]}


def _sentences(batches: Iterable[Batch]) -> Iterator[list[str]]:
    """Yield the sentences that nothing dropped."""
    for batch in batches:
        rows = zip(batch["target.tokens"], batch[DROP], strict=True)
        yield from (tokens for tokens, reason in rows if reason is None)


def _decode(table: pa.Table) -> dict[str, tuple[int, int]]:
    """Return how often every word has a capital, and how often it has none."""
    return {row["word"]: (row["capital"], row["small"]) for row in table.to_pylist()}
