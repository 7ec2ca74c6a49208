"""Links between source and target tokens, by an aligner that learns from the whole corpus or by one that does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from silverner.projection.alignment import Aligner
from silverner.projection.chain import DROP
from silverner.projection.chain.stage import ROW, Batch, release
from silverner.projection.errors import EngineError, OutputError


class Align:
    """Links between source and target tokens. The whole corpus is aligned at once and the links are stored."""

    name = "align"
    version = 1
    outputs: Mapping[str, pa.DataType] = {"links.forward": pa.string(), "links.reverse": pa.string()}

    def __init__(self, aligner: Aligner, *, target: str = "target.tokens") -> None:
        """Use an engine, on the target's tokens or its words."""
        self._aligner = aligner
        self.inputs: tuple[str, ...] = (ROW, "source.tokens", target)
        self._path: Path | None = None

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings."""
        return self._aligner.settings()

    def fit(self, batches: Iterable[Batch], path: Path) -> None:
        """Align the corpus; a sentence dropped before has empty sides."""
        sources: list[Any] = []
        targets: list[Any] = []
        for batch in batches:
            dropped = [reason is not None for reason in batch[DROP]]
            for side, name in zip((sources, targets), self.inputs[1:], strict=True):
                side += [[] if gone else tokens for gone, tokens in zip(dropped, batch[name], strict=True)]
        pairs = self._aligner.align(sources, targets)
        if len(pairs) != len(sources):
            raise EngineError(f"the aligner answered for {len(pairs)} of {len(sources)} sentence pairs")
        sides = {"links.forward": [p.forward for p in pairs], "links.reverse": [p.reverse for p in pairs]}
        table = pa.table({name: [_write_links(links) for links in column] for name, column in sides.items()})
        pq.write_table(table, path, compression="zstd")

    def load(self, path: Path) -> None:
        """Remember where the links lie; they are read when first needed, once a process."""
        self._path = path

    def apply(self, batch: Batch) -> Batch:
        """Look up the links of every sentence."""
        if self._path is None:
            raise EngineError("the aligner was applied before it was fitted")
        links = _read_links(self._path, self._path.stat().st_mtime_ns)
        pairs = [links[row] for row in batch[ROW]]
        return {"links.forward": [p[0] for p in pairs], "links.reverse": [p[1] for p in pairs]}


@lru_cache(maxsize=1)
def _read_links(path: Path, written: int) -> list[tuple[str, str]]:
    """Read the links of a corpus, forward and reverse of every sentence; ``written`` tells a replaced file apart."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise OutputError(f"the stored links {path} cannot be read ({error}); delete the file and run again") from error
    sides = [table.column(name).to_pylist() for name in ("links.forward", "links.reverse")]
    return list(zip(*sides, strict=True))


def _write_links(links: Iterable[tuple[int, int, float]]) -> str:
    """Write links with their weights, where these are not 1."""
    return " ".join(f"{i}-{j}" if w == 1.0 else f"{i}-{j}:{w!r}" for i, j, w in links)


class AlignEach:
    """Links between source and target tokens, by an aligner that needs no other sentence than the pair itself."""

    name = "align"
    version = 2
    outputs: Mapping[str, pa.DataType] = {"links.forward": pa.string(), "links.reverse": pa.string()}

    def __init__(self, aligner: Aligner, *, target: str = "target.tokens") -> None:
        """Use an engine, on the target's tokens or its words."""
        self._aligner = aligner
        self.inputs: tuple[str, ...] = ("source.tokens", target)

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings."""
        return self._aligner.settings()

    def release(self) -> None:
        """Let the engine's model go."""
        release(self._aligner)

    def apply(self, batch: Batch) -> Batch:
        """Align a batch."""
        pairs = self._aligner.align(*(batch[name] for name in self.inputs))
        return {
            "links.forward": [_write_links(pair.forward) for pair in pairs],
            "links.reverse": [_write_links(pair.reverse) for pair in pairs],
        }
