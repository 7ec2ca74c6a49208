"""Checks the target text alone: its language, its script, and which other sentences it repeats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from silverner.projection.chain import DROP
from silverner.projection.chain.files import temporary_folder
from silverner.projection.chain.stage import ROW, Batch
from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.registry import installed_version
from silverner.projection.stages.columns import rows_of
from silverner.projection.stages.fitted_rows import FittedRows
from silverner.projection.text.identification import identified, in_script, probability
from silverner.projection.text.overlap import HashedLine, Line, LineHashing, compare

_HASHES = pa.schema(
    {
        "leak": pa.float64(),
        "is_last": pa.bool_(),
        "key": pa.uint64(),
        "shingles": pa.list_(pa.int64()),
        "bands": pa.list_(pa.int64()),
    }
)
"""The columns of :class:`~silverner.projection.text.overlap.HashedLine`; all empty for a sentence that was dropped."""


class Identify:
    """Adds the probability that the target is in its language, and the share of its letters in its script."""

    name = "identify"
    version = 2
    inputs: tuple[str, ...] = ("target.tokens",)
    outputs: Mapping[str, pa.DataType] = {"target.language": pa.float64(), "target.script": pa.float64()}

    def __init__(self, language: LanguageLike, *, script_only: bool) -> None:
        """Use the rules of a language.

        :param language: The language the target should be in.
        :param script_only: Whether to check only the script, which is known for every language.
        """
        self._language, self._script_only = language_of(language), script_only

    def settings(self) -> Mapping[str, object]:
        """Return the language, its script, and the version of the identifier.

        :raises UsageError: when the language cannot be identified.
        """
        engine = None if self._script_only else [identified(self._language), installed_version("py3langid")]
        return {"language": self._language.key, "script": self._language.script, "engine": engine}

    def apply(self, batch: Batch) -> Batch:
        """Identify every sentence."""
        texts = [" ".join(tokens) for tokens in batch["target.tokens"]]
        code, script = None if self._script_only else identified(self._language), self._language.script
        return {
            "target.language": [None if code is None else probability(text, code, script=script) for text in texts],
            "target.script": [in_script(text, script) for text in texts],
        }


class EvaluationSet(Protocol):
    """A set of sentences that the corpus must not hold."""

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the sentences, such as the hash of their files."""

    def sentences(self) -> Iterable[Sequence[str]]:
        """Return the tokens of every sentence."""


class FindOverlap:
    """Adds how much a sentence shares with other sentences of the corpus, and with evaluation sets."""

    name = "overlap"
    version = 3
    repeatable = True
    outputs: Mapping[str, pa.DataType] = {
        "target.duplicate": pa.bool_(),
        "target.near": pa.float64(),
        "target.leak": pa.float64(),
    }

    def __init__(self, evaluation: Sequence[EvaluationSet], *, near: float | None, parallel: bool) -> None:
        """Choose what to compare with.

        :param evaluation: Evaluation sets.
        :param near: Similarity from which sentences are near-duplicates, as
            :func:`~silverner.projection.text.overlap.overlaps` takes it.
        :param parallel: Whether the corpus has a source text; the source is compared with evaluation sets too.
        """
        self._evaluation, self._near = tuple(evaluation), near
        self._texts = ("target.tokens", *(("source.tokens",) if parallel else ()))
        self.inputs: tuple[str, ...] = (ROW, "split", *self._texts)
        self._hashing: LineHashing | None = None
        self._overlaps = FittedRows(self.name, "overlaps", columns=self.outputs)

    def settings(self) -> Mapping[str, object]:
        """Return the threshold, the evaluation sets, and the version of the hashing library."""
        sets = [one.settings() for one in self._evaluation]
        return {"near": self._near, "evaluation": sets, "datasketch": installed_version("datasketch")}

    def fit(self, batches: Iterable[Batch], path: Path) -> None:
        """Compare all sentences; one that was dropped before is not compared."""
        self.merge(map(self.count, batches), path)

    def count(self, batch: Batch) -> pa.Table:
        """Turn the sentences of a shard into hashes."""
        if self._hashing is None:
            held_out = (tokens for one in self._evaluation for tokens in one.sentences())
            self._hashing = LineHashing(held_out, near=self._near)
        columns: dict[str, list[Any]] = {name: [] for name in _HASHES.names}
        for row in rows_of(batch, (DROP, "split", *self._texts)):
            hashed: Sequence[Any] = [None] * len(columns)
            if row[DROP] is None:
                hashed = self._hashing.hashed(Line(split=row["split"], texts=[row[text] for text in self._texts]))
            for column, value in zip(columns.values(), hashed, strict=True):
                column.append(value)
        return pa.table(columns, schema=_HASHES)

    def merge(self, counts: Iterable[pa.Table], path: Path) -> None:
        """Compare all sentences by their hashes."""
        rows = (row for table in counts for row in zip(*table.to_pydict().values(), strict=True))
        lines = (None if row[0] is None else HashedLine(*row) for row in rows)
        with temporary_folder(path.parent) as folder:
            answers = compare(lines, near=self._near, folder=folder)
        columns = (answers.duplicate, answers.near, answers.leak)
        self._overlaps.write([dict(zip(self.outputs, columns, strict=True))], path)

    def release(self) -> None:
        """Forget the evaluation sets."""
        self._hashing = None

    def load(self, path: Path) -> None:
        """Use the overlaps of a file that :meth:`fit` wrote."""
        self._overlaps.load(path)

    def apply(self, batch: Batch) -> Batch:
        """Look up the overlap of every sentence."""
        return self._overlaps.take(batch[ROW])
