"""What capitals say in the target text, told from the whole corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from silverner.projection.chain import DROP
from silverner.projection.chain.stage import Batch
from silverner.projection.errors import EngineError, OutputError
from silverner.projection.scoring.capitalisation import cases_by_counts, count_cases
from silverner.projection.stages.columns import TOKENS


class Truecase:
    """The case of every target token; a word that begins a sentence is told from how the corpus writes it elsewhere."""

    name = "truecase"
    version = 1
    repeatable = True
    inputs: tuple[str, ...] = ("target.tokens",)
    outputs: Mapping[str, pa.DataType] = {"target.cases": TOKENS}

    def __init__(self) -> None:
        """Choose nothing: there is nothing to choose."""
        self._path: Path | None = None

    def settings(self) -> Mapping[str, object]:
        """Return nothing."""
        return {}

    def fit(self, batches: Iterable[Batch], path: Path) -> None:
        """Count how the corpus writes every word."""
        counts = sorted(count_cases(_sentences(batches)).items())
        columns: dict[str, list[Any]] = {
            "word": [word for word, _ in counts],
            "capital": [n for _, (n, _) in counts],
            "small": [n for _, (_, n) in counts],
        }
        pq.write_table(pa.table(columns), path, compression="zstd")

    def load(self, path: Path) -> None:
        """Remember where the counts lie; they are read when first needed, once a process."""
        self._path = path

    def apply(self, batch: Batch) -> Batch:
        """Read the case of every sentence."""
        if self._path is None:
            raise EngineError("the case of words was asked for before the corpus was counted")
        counts = _read_counts(self._path, self._path.stat().st_mtime_ns)
        return {"target.cases": [list(cases_by_counts(tokens, counts)) for tokens in batch["target.tokens"]]}


def _sentences(batches: Iterable[Batch]) -> Iterator[list[str]]:
    for batch in batches:
        yield from (t for t, gone in zip(batch["target.tokens"], batch[DROP], strict=True) if gone is None)


@lru_cache(maxsize=1)
def _read_counts(path: Path, written: int) -> dict[str, tuple[int, int]]:
    """Read the counts of a corpus; ``written`` tells a replaced file apart."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise OutputError(f"the counts {path} cannot be read ({error}); delete the file and run again") from error
    words, capital, small = (table.column(name).to_pylist() for name in ("word", "capital", "small"))
    return dict(zip(words, zip(capital, small, strict=True), strict=True))
