"""Projects source entities onto target tokens."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import compress
from pathlib import Path
from typing import Any

import pyarrow as pa

from silverner.projection.chain.stage import DROP, Batch
from silverner.projection.links import format_pharaoh, onto_tokens, parse_pharaoh
from silverner.projection.projector import Projector
from silverner.projection.result import Projection
from silverner.projection.scoring.cooccurrence import CooccurrenceCounts, count_cooccurrences
from silverner.projection.scoring.evidence import EVIDENCE_COLUMNS, CorpusEvidence, read_evidence
from silverner.projection.spans import Span
from silverner.projection.stages.columns import PROJECTED, SPANS
from silverner.projection.stages.fitted_table import FittedTable

_OF_WORDS = (
    *("source_links", "target_links", "target_words", "frequent_words"),
    *("target_occurrences", "name_occurrences"),
)
_OF_PAIRS = ("linked_pairs", "neighbour_pairs", "case_links")
"""Names of the counts, of words and of pairs of words."""
_COLUMNS: Mapping[str, pa.DataType] = {
    "kind": pa.string(),
    "word": pa.string(),
    "other": pa.string(),
    "count": pa.int64(),
}


class Project:
    """Projects the source entities onto the target tokens.

    Where the aligned words are groups of tokens, entities are projected onto the words first, then onto the tokens of
    the words; a link to a word becomes a link to each of its tokens.
    """

    name = "project"
    version = 12
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
        evidence: Collection[str] = (),
        entities_are_predicted: bool = False,
    ) -> None:
        """Choose the settings and the inputs.

        :param projector: The settings of the projection.
        :param grouped: Whether the aligner used the target's words instead of its tokens.
        :param evidence: The columns of evidence that the chain has.
        :param entities_are_predicted: Whether an engine labelled the source, rather than people.
        """
        self._projector, self._grouped, self._entities_are_predicted = projector, grouped, entities_are_predicted
        self._target = "target.words" if grouped else "target.tokens"
        self._evidence = tuple(column for column in EVIDENCE_COLUMNS if column in evidence)
        self.inputs: tuple[str, ...] = (
            *("id", "source.tokens", "source.entities", "links.forward", "links.reverse", self._target),
            *(("target.ends",) if grouped else ()),
            *self._evidence,
        )

    def settings(self) -> Mapping[str, object]:
        """Return the settings of the projection; the evidence it reads is among the inputs."""
        return {**asdict(self._projector), "entities_are_predicted": self._entities_are_predicted}

    def cooccurrences(self) -> CooccurrenceCounts | None:
        """Return the counts of the whole corpus; ``None`` here, because this stage uses each sentence alone."""
        return None

    def apply(self, batch: Batch) -> Batch:
        """Project every sentence."""
        corpus = CorpusEvidence(cooccurrences=self.cooccurrences(), entities_are_predicted=self._entities_are_predicted)
        evidence = read_evidence({column: batch[column] for column in self._evidence}, len(batch["id"]), corpus)
        projections = [
            self._projector(
                batch["source.tokens"][k],
                [Span(**span) for span in batch["source.entities"][k]],
                batch[self._target][k],
                parse_pharaoh(batch["links.forward"][k]),
                parse_pharaoh(batch["links.reverse"][k]),
                evidence=evidence[k],
                where=f"sentence {sentence}",
            )
            for k, sentence in enumerate(batch["id"])
        ]
        if self._grouped:
            projections = [_onto_tokens(p, ends) for p, ends in zip(projections, batch["target.ends"], strict=True)]
        return {
            "projected.entities": [[asdict(span) for span in p.spans] for p in projections],
            "projected.lost": [[asdict(span) for span in p.lost] for p in projections],
            "projected.score": [p.score for p in projections],
            "projected.links": [format_pharaoh(p.links) for p in projections],
        }


class ProjectInCorpus(Project):
    """Projects the source entities, with counts over the whole corpus as further evidence."""

    repeatable = True

    def __init__(self, projector: Projector, **options: Any) -> None:
        """Choose the settings; the options are those of :class:`Project`."""
        super().__init__(projector, **options)
        self._counts = FittedTable(self.name, "counts of words and links", _decode_counts, columns=_COLUMNS)

    def fit(self, batches: Iterable[Batch], path: Path) -> None:
        """Count links and neighbours over the corpus."""
        names = ("source.tokens", self._target, "links.forward", "links.reverse", "source.entities")
        columns: dict[str, list[Any]] = {name: [] for name in names}
        for batch in batches:
            not_dropped = [reason is None for reason in batch[DROP]]
            for name, values in columns.items():
                values += compress(batch[name], not_dropped)
        sources, targets, forward, reverse, rows = columns.values()
        links = ([parse_pharaoh(line) for line in lines] for lines in (forward, reverse))
        entities = ([Span(**span) for span in spans] for spans in rows)
        self._counts.write(_encode_counts(count_cooccurrences(sources, targets, *links, entities=entities)), path)

    def load(self, path: Path) -> None:
        """Use the counts of a file that :meth:`fit` wrote."""
        self._counts.load(path)

    def cooccurrences(self) -> CooccurrenceCounts:
        """Return the counts of words and links in the whole corpus."""
        return self._counts.content()


def _encode_counts(counts: CooccurrenceCounts) -> pa.Table:
    """Make a table with one count a row."""
    rows: list[tuple[str, str, str, int]] = []
    for kind in _OF_WORDS:
        rows += [(kind, word, "", count) for word, count in getattr(counts, kind).items()]
    for kind in _OF_PAIRS:
        rows += [(kind, *pair, count) for pair, count in getattr(counts, kind).items()]
    columns = zip(*sorted(rows), strict=True) if rows else [()] * 4
    return pa.table(list(map(list, columns)), schema=pa.schema(_COLUMNS))


def _decode_counts(table: pa.Table) -> CooccurrenceCounts:
    """Read a table that :func:`_encode_counts` made."""
    counts: dict[str, dict[Any, int]] = {kind: {} for kind in (*_OF_WORDS, *_OF_PAIRS)}
    for kind, word, second_word, count in zip(*(column.to_pylist() for column in table.columns), strict=True):
        counts[kind][(word, second_word) if kind in _OF_PAIRS else word] = count
    return CooccurrenceCounts(**counts)


def _onto_tokens(projection: Projection, ends: Sequence[int]) -> Projection:
    """Replace the positions of words by the positions of their tokens.

    :param projection: A projection onto words.
    :param ends: For every word, the index behind its last token.
    """
    if not ends:
        return projection
    starts = [0, *ends[:-1]]
    spans = [replace(span, start=starts[span.start], end=ends[span.end - 1]) for span in projection.spans]
    return replace(projection, spans=tuple(spans), links=tuple(onto_tokens(projection.links, ends)), length=ends[-1])
