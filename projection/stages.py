"""The stages of the chain: each puts one engine, or one step of the projection, behind the stage protocol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from projection import words
from projection.alignment import Aligner
from projection.chain import DROP
from projection.chain.stage import ROW, Batch
from projection.errors import EngineError, OutputError
from projection.filters import Facts, flags
from projection.links import format_pharaoh, parse_pharaoh
from projection.projector import Projector
from projection.spans import Span
from projection.translation import Translator

SPANS = pa.list_(pa.struct({"start": pa.int32(), "end": pa.int32(), "label": pa.string()}))
PROJECTED = pa.list_(
    pa.struct(
        {
            "start": pa.int32(),
            "end": pa.int32(),
            "label": pa.string(),
            "score": pa.float64(),
            "source_start": pa.int32(),
            "source_end": pa.int32(),
        }
    )
)
TOKENS = pa.list_(pa.string())


class Join:
    """Source tokens into the running text a translator needs."""

    name = "join"
    version = 1
    inputs: tuple[str, ...] = ("source.tokens",)
    outputs: Mapping[str, pa.DataType] = {"source.text": pa.string()}

    def __init__(self, language: str) -> None:
        """Choose the rules of a language."""
        self._language = language

    def settings(self) -> Mapping[str, object]:
        """Return language and version of the rules."""
        return {"language": self._language, "sacremoses": version("sacremoses")}

    def apply(self, batch: Batch) -> Batch:
        """Join the tokens of every sentence."""
        return {"source.text": [words.join(tokens, self._language) for tokens in batch["source.tokens"]]}


class Translate:
    """Source text into target text, with the engine's evidence on words it did not know."""

    name = "translate"
    version = 1
    inputs: tuple[str, ...] = ("id", "source.text")
    outputs: Mapping[str, pa.DataType] = {"target.text": pa.string(), "target.unknown_at": pa.list_(pa.int32())}

    def __init__(self, translator: Translator) -> None:
        """Use an engine."""
        self._translator = translator

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings."""
        return self._translator.settings()

    def apply(self, batch: Batch) -> Batch:
        """Translate a batch; a sentence without translation is dropped."""
        done = self._translator.translate(batch["id"], batch["source.text"])
        return {
            "target.text": [t.text for t in done],
            "target.unknown_at": [list(t.unknown) for t in done],
            DROP: [None if t.text.strip() else "no-translation" for t in done],
        }


class Split:
    """Target text into tokens; the translator's evidence moves onto them."""

    name = "split"
    version = 1
    inputs: tuple[str, ...] = ("target.text", "target.unknown_at")
    outputs: Mapping[str, pa.DataType] = {"target.tokens": TOKENS, "target.unknown": pa.list_(pa.int32())}

    def __init__(self, language: str) -> None:
        """Choose the rules of a language."""
        self._language = language

    def settings(self) -> Mapping[str, object]:
        """Return language and version of the rules."""
        return {"language": self._language, "sacremoses": version("sacremoses")}

    def apply(self, batch: Batch) -> Batch:
        """Split every sentence."""
        tokens = [words.split(text, self._language) for text in batch["target.text"]]
        rows = zip(batch["target.text"], tokens, batch["target.unknown_at"], strict=True)
        return {
            "target.tokens": tokens,
            "target.unknown": [words.tokens_at(*row) for row in rows],
            DROP: [None if row else "empty-target" for row in tokens],
        }


class Align:
    """Links between source and target tokens. The whole corpus is aligned at once and the links are stored."""

    name = "align"
    version = 1
    inputs: tuple[str, ...] = (ROW, "source.tokens", "target.tokens")
    outputs: Mapping[str, pa.DataType] = {"links.forward": pa.string(), "links.reverse": pa.string()}

    def __init__(self, aligner: Aligner) -> None:
        """Use an engine."""
        self._aligner = aligner
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
            sources += [[] if gone else tokens for gone, tokens in zip(dropped, batch["source.tokens"], strict=True)]
            targets += [[] if gone else tokens for gone, tokens in zip(dropped, batch["target.tokens"], strict=True)]
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
    version = 1
    inputs: tuple[str, ...] = ("source.tokens", "target.tokens")
    outputs: Mapping[str, pa.DataType] = {"links.forward": pa.string(), "links.reverse": pa.string()}

    def __init__(self, aligner: Aligner) -> None:
        """Use an engine."""
        self._aligner = aligner

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings."""
        return self._aligner.settings()

    def apply(self, batch: Batch) -> Batch:
        """Align a batch."""
        pairs = self._aligner.align(batch["source.tokens"], batch["target.tokens"])
        return {
            "links.forward": [_write_links(pair.forward) for pair in pairs],
            "links.reverse": [_write_links(pair.reverse) for pair in pairs],
        }


class Project:
    """Source entities onto the target tokens."""

    name = "project"
    version = 1
    inputs: tuple[str, ...] = (
        "id",
        "source.tokens",
        "source.entities",
        "target.tokens",
        "links.forward",
        "links.reverse",
    )
    outputs: Mapping[str, pa.DataType] = {
        "projected.entities": PROJECTED,
        "projected.lost": SPANS,
        "projected.score": pa.float64(),
        "projected.links": pa.string(),
    }

    def __init__(self, projector: Projector) -> None:
        """Use these settings."""
        self._projector = projector

    def settings(self) -> Mapping[str, object]:
        """Return the settings of the projection."""
        return asdict(self._projector)

    def apply(self, batch: Batch) -> Batch:
        """Project every sentence."""
        rows = zip(*(batch[name] for name in self.inputs), strict=True)
        done = [
            self._projector(
                source,
                [Span(**span) for span in entities],
                target,
                parse_pharaoh(forward),
                parse_pharaoh(reverse),
                where=f"sentence {name}",
            )
            for name, source, entities, target, forward, reverse in rows
        ]
        return {
            "projected.entities": [[asdict(span) for span in p.spans] for p in done],
            "projected.lost": [[asdict(span) for span in p.lost] for p in done],
            "projected.score": [p.score for p in done],
            "projected.links": [format_pharaoh(p.links) for p in done],
        }


class Flag:
    """The filters every sentence fails; those the recipe does not keep are dropped, the first flag being the reason."""

    name = "flag"
    version = 1
    inputs: tuple[str, ...] = (
        "source.tokens",
        "target.tokens",
        "target.unknown",
        "projected.entities",
        "projected.lost",
        "projected.links",
    )
    outputs: Mapping[str, pa.DataType] = {"flags": pa.list_(pa.string())}

    def __init__(self, thresholds: Mapping[str, float | None], *, without: Iterable[str] = ()) -> None:
        """Choose filters.

        :param thresholds: The filters, each with its threshold or ``None`` for the default.
        :param without: The flags that drop a sentence.
        """
        self._thresholds, self._without = dict(thresholds), sorted(without)

    def settings(self) -> Mapping[str, object]:
        """Return filters, thresholds, and which of them drop."""
        return {"thresholds": self._thresholds, "without": self._without}

    def apply(self, batch: Batch) -> Batch:
        """Flag every sentence."""
        flagged = []
        for source, target, unknown, entities, lost, links in zip(*(batch[n] for n in self.inputs), strict=True):
            facts = Facts(
                source_length=len(source),
                target_length=len(target),
                linked=len({j for _, j, _ in parse_pharaoh(links)}),
                unknown=len(unknown),
                entities=len(entities),
                lost=len(lost),
                weakest=min((entity["score"] for entity in entities), default=float("inf")),
            )
            flagged.append(flags(facts, self._thresholds))
        return {"flags": flagged, DROP: [next((f for f in row if f in self._without), None) for row in flagged]}
