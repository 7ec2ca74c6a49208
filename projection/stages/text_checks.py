"""What a target text itself says for or against a sentence: its language, and what else it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from silverner.projection.chain import DROP
from silverner.projection.chain.stage import ROW, Batch
from silverner.projection.errors import EngineError, OutputError
from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.text.identification import identified, in_script, probability
from silverner.projection.text.overlap import Line, overlaps


class Identify:
    """How likely the target is in its language, and how much of it in its script."""

    name = "identify"
    version = 2
    inputs: tuple[str, ...] = ("target.tokens",)
    outputs: Mapping[str, pa.DataType] = {"target.language": pa.float64(), "target.script": pa.float64()}

    def __init__(self, language: LanguageLike, *, script_only: bool) -> None:
        """Use the rules of a language.

        :param language: The language the target should be in.
        :param script_only: Ask for the script alone, which is known of every language.
        """
        self._language, self._script_only = language_of(language), script_only

    def settings(self) -> Mapping[str, object]:
        """Return the language, its script, and the version of what identifies it.

        :raises UsageError: when the language cannot be identified.
        """
        engine = None if self._script_only else [identified(self._language), version("py3langid")]
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
    """Sentences a corpus must not hold."""

    def settings(self) -> Mapping[str, object]:
        """Return what decides them: the hash of their files."""

    def sentences(self) -> Iterable[Sequence[str]]:
        """Return their tokens."""


class FindOverlap:
    """What a sentence shares with others of the corpus, and with evaluation sets."""

    name = "overlap"
    version = 3
    repeatable = True
    outputs: Mapping[str, pa.DataType] = {
        "target.duplicate": pa.bool_(),
        "target.near": pa.float64(),
        "target.leak": pa.float64(),
    }

    def __init__(self, evaluation: Sequence[EvaluationSet], *, near: float | None, parallel: bool) -> None:
        """Say what to compare with.

        :param evaluation: Evaluation sets.
        :param near: Similarity of near-duplicates, see :func:`~silverner.projection.text.overlap.overlaps`.
        :param parallel: Whether there is a source, to be compared with evaluation sets as well.
        """
        self._evaluation, self._near = tuple(evaluation), near
        self.inputs: tuple[str, ...] = (ROW, "split", "target.tokens", *(("source.tokens",) if parallel else ()))
        self._path: Path | None = None

    def settings(self) -> Mapping[str, object]:
        """Return the threshold, evaluation sets, and the version of what hashes."""
        sets = [one.settings() for one in self._evaluation]
        return {"near": self._near, "evaluation": sets, "datasketch": version("datasketch")}

    def fit(self, batches: Iterable[Batch], path: Path) -> None:
        """Compare all sentences; one dropped before is not there."""
        lines: list[Line | None] = []
        for batch in batches:
            rows = zip(batch[DROP], batch["split"], *(batch[name] for name in self.inputs[2:]), strict=True)
            lines += [None if gone else Line(split=split, texts=texts) for gone, split, *texts in rows]
        sets = (tokens for one in self._evaluation for tokens in one.sentences())
        found = overlaps(lines, evaluation=sets, near=self._near)
        columns: dict[str, list[Any]] = {
            "target.duplicate": [o.duplicate for o in found],
            "target.near": [o.near for o in found],
            "target.leak": [o.leak for o in found],
        }
        pq.write_table(
            pa.table({n: pa.array(c, self.outputs[n]) for n, c in columns.items()}), path, compression="zstd"
        )

    def load(self, path: Path) -> None:
        """Remember where the answers lie; they are read when first needed, once a process."""
        self._path = path

    def apply(self, batch: Batch) -> Batch:
        """Look up every sentence."""
        if self._path is None:
            raise EngineError("overlap was asked for before the corpus was compared")
        found = _read(self._path, self._path.stat().st_mtime_ns)
        return {name: [found[name][row] for row in batch[ROW]] for name in self.outputs}


@lru_cache(maxsize=1)
def _read(path: Path, written: int) -> dict[str, list[Any]]:
    """Read the answers of a corpus; ``written`` tells a replaced file apart."""
    try:
        columns: dict[str, list[Any]] = pq.read_table(path).to_pydict()
    except (OSError, pa.ArrowException) as error:
        raise OutputError(f"the overlaps {path} cannot be read ({error}); delete the file and run again") from error
    return columns
