"""Links source and target tokens, by an aligner that learns from the whole corpus or by one that does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from silverner.projection.alignment import AlignedPair, Aligner
from silverner.projection.chain import DROP
from silverner.projection.chain.stage import ROW, Batch, release
from silverner.projection.errors import EngineError
from silverner.projection.stages.fitted_table import FittedTable, columns_of

_OUTPUTS: Mapping[str, pa.DataType] = {"links.forward": pa.string(), "links.reverse": pa.string()}


class Align:
    """Adds links between source and target tokens. The whole corpus is aligned at once, and the links are stored."""

    name = "align"
    version = 1
    outputs: Mapping[str, pa.DataType] = _OUTPUTS

    def __init__(self, aligner: Aligner, *, target: str = "target.tokens") -> None:
        """Use an engine, on the target's tokens or its words."""
        self._aligner, self._target = aligner, target
        self.inputs: tuple[str, ...] = (ROW, "source.tokens", target)
        self._links = FittedTable(self.name, "links", columns_of)

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings."""
        return self._aligner.settings()

    def fit(self, batches: Iterable[Batch], path: Path) -> None:
        """Align the corpus; a sentence that was dropped before has empty sides."""
        sources: list[Any] = []
        targets: list[Any] = []
        for batch in batches:
            for side, name in ((sources, "source.tokens"), (targets, self._target)):
                side += [
                    tokens if reason is None else [] for reason, tokens in zip(batch[DROP], batch[name], strict=True)
                ]
        pairs = self._aligner.align(sources, targets)
        if len(pairs) != len(sources):
            raise EngineError(f"the aligner returned links for {len(pairs)} of {len(sources)} sentence pairs")
        self._links.write(pa.table(_columns(pairs)), path)

    def load(self, path: Path) -> None:
        """Use the links of a file that :meth:`fit` wrote."""
        self._links.load(path)

    def apply(self, batch: Batch) -> Batch:
        """Look up the links of every sentence."""
        links = self._links.content()
        return {name: [links[name][row] for row in batch[ROW]] for name in self.outputs}


class AlignEach:
    """Adds links between source and target tokens, by an aligner that aligns each sentence pair on its own."""

    name = "align"
    version = 2
    outputs: Mapping[str, pa.DataType] = _OUTPUTS

    def __init__(self, aligner: Aligner, *, target: str = "target.tokens") -> None:
        """Use an engine, on the target's tokens or its words."""
        self._aligner, self._target = aligner, target
        self.inputs: tuple[str, ...] = ("source.tokens", target)

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings."""
        return self._aligner.settings()

    def release(self) -> None:
        """Free the memory of the engine's model."""
        release(self._aligner)

    def apply(self, batch: Batch) -> Batch:
        """Align a batch."""
        return _columns(self._aligner.align(batch["source.tokens"], batch[self._target]))


def _columns(pairs: Iterable[AlignedPair]) -> Batch:
    """Write the links of every sentence pair, both directions."""
    columns: Batch = {name: [] for name in _OUTPUTS}
    for pair in pairs:
        columns["links.forward"].append(_write_links(pair.forward))
        columns["links.reverse"].append(_write_links(pair.reverse))
    return columns


def _write_links(links: Iterable[tuple[int, int, float]]) -> str:
    """Write links with their weights; a weight of 1 is left out."""
    return " ".join(f"{i}-{j}" if w == 1.0 else f"{i}-{j}:{w!r}" for i, j, w in links)
