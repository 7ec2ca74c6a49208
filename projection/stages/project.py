"""Source entities onto target tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from silverner.projection.chain.stage import DROP, Batch
from silverner.projection.errors import EngineError, OutputError
from silverner.projection.links import format_pharaoh, parse_pharaoh
from silverner.projection.projector import Projector
from silverner.projection.result import Projection
from silverner.projection.scoring.cooccurrence import Lexicon, count_words
from silverner.projection.spans import Span
from silverner.projection.stages.columns import PROJECTED, SPANS

_OF_WORDS = ("source", "target", "words", "frequent")
_OF_PAIRS = ("linked", "pairs")
"""What a lexicon counts."""


class Project:
    """Source entities onto the target tokens.

    Where words were aligned that are groups of tokens, the entities are projected onto the words, and end on the tokens
    these are made of; a link to a word becomes one to each of its tokens.
    """

    name = "project"
    version = 7
    outputs: Mapping[str, pa.DataType] = {
        "projected.entities": PROJECTED,
        "projected.lost": SPANS,
        "projected.score": pa.float64(),
        "projected.links": pa.string(),
    }

    def __init__(
        self,
        projector: Projector,
        *,
        grouped: bool = False,
        cases: bool = False,
        unknown: bool = False,
        found: bool = False,
        tagged: bool = False,
        glossed: bool = False,
    ) -> None:
        """Use these settings.

        :param projector: The settings.
        :param grouped: Whether the target's words were aligned.
        :param cases: Whether it is known what the capitals of the target say.
        :param unknown: Whether it is known which source tokens a translator copied.
        :param found: Whether an engine found the entities, rather than people.
        :param tagged: Whether a tagger read the target, too.
        :param glossed: Whether it is known what the entities are called in the target language.
        """
        self._found, self._tagged, self._glossed = found, tagged, glossed
        self._projector, self._grouped, self._cases, self._unknown = projector, grouped, cases, unknown
        self.inputs: tuple[str, ...] = (
            *("id", "source.tokens", "source.entities", "links.forward", "links.reverse"),
            *(("target.words", "target.ends") if grouped else ("target.tokens",)),
            *(("target.cases",) if cases else ()),
            *(("source.unknown",) if unknown else ()),
            *(("target.tagger_entities",) if tagged else ()),
            *(("source.glosses",) if glossed else ()),
        )

    def settings(self) -> Mapping[str, object]:
        """Return the settings of the projection, and the evidence it sees."""
        return {**asdict(self._projector), "cases": self._cases, "unknown": self._unknown, "found": self._found}

    def lexicon(self) -> Lexicon | None:
        """Return what the whole corpus says of its words: nothing, where every sentence speaks for itself."""
        return None

    def apply(self, batch: Batch) -> Batch:
        """Project every sentence."""
        count = len(batch["id"])
        cases = batch["target.cases"] if self._cases else [None] * count
        unknown = batch["source.unknown"] if self._unknown else [()] * count
        tagged = batch["target.tagger_entities"] if self._tagged else [()] * count
        glosses = batch["source.glosses"] if self._glossed else [()] * count
        lexicon = self.lexicon()
        rows = zip(*(batch[name] for name in self.inputs[:6]), cases, unknown, tagged, glosses, strict=True)
        done = [
            self._projector(
                source,
                [Span(**span) for span in entities],
                target,
                parse_pharaoh(forward),
                parse_pharaoh(reverse),
                cases=case,
                lexicon=lexicon,
                unknown=copied,
                found=self._found,
                tagged=[Span(**span) for span in seen],
                glosses=gloss,
                where=f"sentence {name}",
            )
            for name, source, entities, forward, reverse, target, case, copied, seen, gloss in rows
        ]
        if self._grouped:
            done = [_onto_tokens(p, ends) for p, ends in zip(done, batch["target.ends"], strict=True)]
        return {
            "projected.entities": [[asdict(span) for span in p.spans] for p in done],
            "projected.lost": [[asdict(span) for span in p.lost] for p in done],
            "projected.score": [p.score for p in done],
            "projected.links": [format_pharaoh(p.links) for p in done],
        }


class ProjectInCorpus(Project):
    """The same, with what the whole corpus says of its words as evidence."""

    repeatable = True

    def __init__(self, projector: Projector, **options: bool) -> None:
        """Use these settings; the options are those of :class:`Project`."""
        super().__init__(projector, **options)
        self._path: Path | None = None

    def fit(self, batches: Iterable[Batch], path: Path) -> None:
        """Count links and neighbours over the corpus."""
        columns: list[list[Any]] = [[] for _ in range(4)]
        for batch in batches:
            for side, rows in zip(columns, self._sides(batch), strict=True):
                side += rows
        _write_lexicon(count_words(*columns), path)

    def load(self, path: Path) -> None:
        """Remember where the counts lie; they are read when first needed, once a process."""
        self._path = path

    def lexicon(self) -> Lexicon:
        """Return the counts."""
        if self._path is None:
            raise EngineError("the projection was applied before the corpus was counted")
        return _read_lexicon(self._path, self._path.stat().st_mtime_ns)

    def _sides(self, batch: Batch) -> Iterator[list[Any]]:
        """Return tokens and links of the sentences that nothing dropped."""
        live = [reason is None for reason in batch[DROP]]
        source, _, forward, reverse, target = self.inputs[1:6]
        for name in (source, target, forward, reverse):
            column = [value for value, ok in zip(batch[name], live, strict=True) if ok]
            yield [parse_pharaoh(links) for links in column] if name in (forward, reverse) else column


def _write_lexicon(lexicon: Lexicon, path: Path) -> None:
    rows: list[tuple[str, str, str, int]] = []
    for kind in _OF_WORDS:
        rows += [(kind, word, "", count) for word, count in getattr(lexicon, kind).items()]
    for kind in _OF_PAIRS:
        rows += [(kind, *pair, count) for pair, count in getattr(lexicon, kind).items()]
    columns = zip(*sorted(rows), strict=True) if rows else [()] * 4
    types = (pa.string(), pa.string(), pa.string(), pa.int64())
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    pq.write_table(pa.table(arrays, names=["kind", "word", "other", "count"]), path, compression="zstd")


@lru_cache(maxsize=1)
def _read_lexicon(path: Path, written: int) -> Lexicon:
    """Read the counts of a corpus; ``written`` tells a replaced file apart."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise OutputError(f"the counts {path} cannot be read ({error}); delete the file and run again") from error
    counts: dict[str, dict[Any, int]] = {kind: {} for kind in (*_OF_WORDS, *_OF_PAIRS)}
    for kind, word, other, count in zip(*(column.to_pylist() for column in table.columns), strict=True):
        counts[kind][(word, other) if kind in _OF_PAIRS else word] = count
    return Lexicon(**counts)


def _onto_tokens(projection: Projection, ends: Sequence[int]) -> Projection:
    """Turn places of words into those of the tokens they are made of.

    :param projection: A projection onto words.
    :param ends: For every word the token behind its last.
    """
    if not ends:
        return projection
    starts = [0, *ends[:-1]]
    spans = [replace(span, start=starts[span.start], end=ends[span.end - 1]) for span in projection.spans]
    links = [(i, token, w) for i, j, w in projection.links for token in range(starts[j], ends[j])]
    return replace(projection, spans=tuple(spans), links=tuple(links), length=ends[-1])
