"""Links source and target tokens, by an aligner that learns from the whole corpus or by one that does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from numbers import Integral
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from silverner.projection.alignment import AlignedPair, Aligner, pairs_of
from silverner.projection.chain import DROP
from silverner.projection.chain.files import temporary_folder
from silverner.projection.chain.stage import ROW, SHARD_ROWS, Batch, release
from silverner.projection.errors import DataError, EngineError
from silverner.projection.links import Link, check_links, parse_pharaoh
from silverner.projection.spans import Span
from silverner.projection.stages.fitted_rows import FittedRows
from silverner.projection.stages.stored_sentences import StoredSentences

LINK_COLUMNS: Mapping[str, pa.DataType] = {"links.forward": pa.string(), "links.reverse": pa.string()}
"""The columns of links, one a direction: Pharaoh lines, the source token first in both."""
SOFT_LINK_COLUMNS: Mapping[str, pa.DataType] = {"links.soft_forward": pa.string(), "links.soft_reverse": pa.string()}
"""The columns of soft links, likewise, where the aligner has them."""


class Align:
    """Adds links between source and target tokens. The whole corpus is aligned at once, and the links are stored."""

    name = "align"
    version = 1
    outputs: Mapping[str, pa.DataType] = LINK_COLUMNS

    def __init__(self, aligner: Aligner, *, target: str = "target.tokens") -> None:
        """Use an engine, on the target's tokens or its words."""
        self._aligner, self._target = aligner, target
        self.inputs: tuple[str, ...] = (ROW, "source.tokens", target)
        self.repeatable: bool = getattr(aligner, "repeatable", False)
        self.outputs = link_columns(aligner)
        self._links = FittedRows(self.name, "links", columns=self.outputs)

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings."""
        return self._aligner.settings()

    def fit(self, batches: Iterable[Batch], path: Path) -> None:
        """Align the corpus; a sentence that was dropped before has empty sides."""
        with temporary_folder(path.parent) as folder:
            sources, targets = (StoredSentences(folder / side) for side in ("source", "target"))
            for batch in batches:
                for side, name in ((sources, "source.tokens"), (targets, self._target)):
                    side.append(
                        [
                            tokens if reason is None else []
                            for reason, tokens in zip(batch[DROP], batch[name], strict=True)
                        ]
                    )
            pairs = pairs_of(self._aligner, sources, targets)
            self._links.write(_columns(self.outputs, pairs, sources, targets), path)

    def load(self, path: Path) -> None:
        """Use the links of a file that :meth:`fit` wrote."""
        self._links.load(path)

    def check_fitted(self, batches: Iterable[Batch]) -> None:
        """Check that the links of a file are links of this corpus.

        :param batches: The corpus, as :meth:`fit` takes it.
        :raises DataError: when the file has another number of sentences, or something that is no link of a sentence.
        """
        lines, count, links = self._lines(), 0, 0
        for batch in batches:
            for reason, source, target in zip(batch[DROP], batch["source.tokens"], batch[self._target], strict=True):
                count += 1
                links += (of_sentence := next(lines, None)) is not None
                for line in of_sentence or ():
                    where = f"sentence {count}"
                    one = parse_pharaoh(line or "", where=where)
                    if reason is None:
                        check_links(one, len(source), len(target), where=where)
        links += sum(1 for _ in lines)
        if links != count:
            raise DataError(f"it has the links of {links} sentences, but the corpus has {count}")

    def _lines(self) -> Iterator[tuple[str | None, ...]]:
        """Return the links of every sentence in the artefact, one line a column."""
        for batch in self._links.batches():
            yield from zip(*batch.values(), strict=True)

    def apply(self, batch: Batch) -> Batch:
        """Look up the links of every sentence."""
        return self._links.take(batch[ROW])


class AlignEach:
    """Adds links between source and target tokens, by an aligner that aligns each sentence pair on its own."""

    name = "align"
    version = 2
    outputs: Mapping[str, pa.DataType] = LINK_COLUMNS

    def __init__(self, aligner: Aligner, *, target: str = "target.tokens") -> None:
        """Use an engine, on the target's tokens or its words."""
        self._aligner, self._target = aligner, target
        self.inputs: tuple[str, ...] = ("source.tokens", target)
        self.outputs = link_columns(aligner)

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings."""
        return self._aligner.settings()

    def release(self) -> None:
        """Free the memory of the engine's model."""
        release(self._aligner)

    def apply(self, batch: Batch) -> Batch:
        """Align a batch."""
        return self._batch_of(self._aligner.align(batch["source.tokens"], batch[self._target]), batch)

    def _batch_of(self, pairs: Iterable[AlignedPair], batch: Batch) -> Batch:
        """Write the links of every pair of a batch."""
        output: Batch = {name: [] for name in self.outputs}
        for columns in _columns(self.outputs, pairs, batch["source.tokens"], batch[self._target]):
            for name, lines in columns.items():
                output[name] += lines
        return output


class EntityAligner(Protocol):
    """An aligner that links entities alone, because it is asked for the place of each."""

    def align_entities(
        self,
        sources: Sequence[Sequence[str]],
        entities: Sequence[Sequence[Span]],
        targets: Sequence[Sequence[str]],
    ) -> list[AlignedPair | None]:
        """Link the entities of sentence pairs; ``None`` where the engine could not say anything."""


class AlignEntities(AlignEach):
    """Adds links between the tokens of entities and their places in the target."""

    version = 1

    def __init__(self, aligner: Aligner, *, target: str = "target.tokens") -> None:
        """Use an engine that has the method ``align_entities``, too."""
        super().__init__(aligner, target=target)
        self.inputs = (*self.inputs, "source.entities")

    def apply(self, batch: Batch) -> Batch:
        """Align a batch; a sentence that the engine said nothing about is dropped."""
        engine: EntityAligner = self._aligner  # type: ignore[assignment]  # the settings of such an engine say so
        entities = [[Span(**entity) for entity in row] for row in batch["source.entities"]]
        pairs = engine.align_entities(batch["source.tokens"], entities, batch[self._target])
        output = self._batch_of((AlignedPair([], []) if pair is None else pair for pair in pairs), batch)
        return {**output, DROP: ["no-links" if pair is None else None for pair in pairs]}


def link_columns(aligner: Aligner) -> Mapping[str, pa.DataType]:
    """Return the columns that an aligner fills.

    :param aligner: The aligner.
    :returns: :data:`LINK_COLUMNS`, and :data:`SOFT_LINK_COLUMNS` if it has soft links.
    """
    return {**LINK_COLUMNS, **SOFT_LINK_COLUMNS} if getattr(aligner, "soft_links", False) else LINK_COLUMNS


def _columns(
    names: Iterable[str],
    pairs: Iterable[AlignedPair],
    sources: Sequence[Sequence[str]],
    targets: Sequence[Sequence[str]],
) -> Iterator[Batch]:
    """Write the links of every sentence pair, both directions, and refuse what is no link of its sentences."""
    aligned, count = iter(pairs), 0
    columns: Batch = {name: [] for name in names}
    for source, target in zip(sources, targets, strict=True):
        if (pair := next(aligned, None)) is None:
            break
        checked, line = None, ""
        for name, links in zip(columns, pair[: len(columns)], strict=True):
            if links is None:
                raise EngineError("the aligner has soft links, but returned none for a sentence pair")
            if links is not checked:  # an aligner with one direction returns it for both
                if source or target:  # a sentence that an earlier stage dropped has no tokens here
                    _check(links, source, target)
                checked, line = links, write_links(links)
            columns[name].append(line)
        count += 1
        if count % SHARD_ROWS == 0:
            yield columns
            columns = {name: [] for name in columns}
    yield columns
    count += sum(1 for _ in aligned)
    if count != len(sources):
        raise EngineError(f"the aligner returned links for {count} of {len(sources)} sentence pairs")


def _check(links: Iterable[Link], source: Sequence[str], target: Sequence[str]) -> None:
    """Refuse links that no aligner may return for a sentence pair."""
    lengths = len(source), len(target)
    for i, j, weight in links:
        # Nearly all links pass here. The abstract class below is asked only where it must be: that takes longer.
        if type(i) is type(j) is int and 0 <= i < lengths[0] and 0 <= j < lengths[1] and 0.0 <= weight <= 1.0:
            continue
        if not (isinstance(i, Integral) and isinstance(j, Integral) and 0.0 <= weight <= 1.0):
            raise EngineError(f"the aligner returned {i}-{j}:{weight}; a link is two whole numbers, its weight 0 to 1")
        if not (0 <= i < lengths[0] and 0 <= j < lengths[1]):
            raise EngineError(
                f"the aligner returned the link {i}-{j} for {lengths[0]} source and {lengths[1]} target tokens, "
                f"counted from 0: {' '.join(source):.60} = {' '.join(target):.60}"
            )


def write_links(links: Iterable[tuple[int, int, float]]) -> str:
    """Write links as a Pharaoh line with their weights; a weight of 1 is left out.

    :param links: The links.
    :returns: The line, which :func:`~silverner.projection.links.parse_pharaoh` reads.
    """
    return " ".join([f"{i}-{j}" if w == 1.0 else f"{i}-{j}:{float(w)!r}" for i, j, w in links])
