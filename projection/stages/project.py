"""Projects source entities onto target tokens."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from silverner.projection.chain.files import temporary_folder
from silverner.projection.chain.stage import DROP, Batch
from silverner.projection.links import format_pharaoh, onto_tokens, parse_pharaoh
from silverner.projection.projector import Projector
from silverner.projection.result import Projection
from silverner.projection.scoring.capitalisation import NAME_LABELS, other_names
from silverner.projection.scoring.cooccurrence import CooccurrenceCounter, CooccurrenceCounts
from silverner.projection.scoring.evidence import EVIDENCE_COLUMNS, CorpusEvidence, read_evidence
from silverner.projection.scoring.word_counts import PairCounts
from silverner.projection.spans import Span
from silverner.projection.stages.columns import PROJECTED, SPANS
from silverner.projection.stages.fitted_table import FittedTable

_OF_WORDS = (
    *("source_links", "target_links", "target_words", "frequent_words"),
    *("target_occurrences", "name_occurrences"),
)
_OF_PAIRS, _OF_CASES = ("linked_pairs", "neighbour_pairs"), "case_links"
"""Names of the counts: of words, of pairs of words, and of pairs of cases."""
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
        labels: Collection[str] = (),
    ) -> None:
        """Choose the settings and the inputs.

        :param projector: The settings of the projection.
        :param grouped: Whether the aligner used the target's words instead of its tokens.
        :param evidence: The columns of evidence that the chain has.
        :param entities_are_predicted: Whether an engine labelled the source, rather than people.
        :param labels: The labels of the corpus; those of names in other words are part of the settings.
        """
        self._other_names = other_names(labels)
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
        settings = {**asdict(self._projector), "entities_are_predicted": self._entities_are_predicted}
        if self._projector.capitals is None:
            settings["capitals"] = NAME_LABELS
        return {**settings, "names": self._other_names} if self._other_names else settings

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
        self.merge(map(self.count, batches), path)

    def count(self, batch: Batch) -> pa.Table:
        """Count links and neighbours in a shard."""
        names = (DROP, "source.tokens", self._target, "links.forward", "links.reverse", "source.entities")
        counter = CooccurrenceCounter(in_memory=True)
        for reason, source, target, forward, reverse, entities in zip(*map(batch.get, names), strict=True):
            if reason is None:
                links = (*parse_pharaoh(forward), *parse_pharaoh(reverse))
                counter.add(source, target, links, [Span(**span) for span in entities])
        return counter.table()

    def merge(self, counts: Iterable[pa.Table], path: Path) -> None:
        """Add up the counts of all shards."""
        with temporary_folder(path.parent) as folder:
            total = _sum(counts, folder)
        self._counts.write(_encode_counts(total), path)

    def release(self) -> None:
        """Free the memory of the counts."""
        self._counts.release()

    def load(self, path: Path) -> None:
        """Use the counts of a file that :meth:`fit` wrote."""
        self._counts.load(path)

    def cooccurrences(self) -> CooccurrenceCounts:
        """Return the counts of words and links in the whole corpus."""
        return self._counts.content()


def _sum(counts: Iterable[pa.Table], folder: Path) -> CooccurrenceCounts:
    """Add up the counts of shards; all different words are held meanwhile, and no longer."""
    counter = CooccurrenceCounter(folder)
    for table in counts:
        counter.add_table(table)
    return counter.counts()


def _encode_counts(counts: CooccurrenceCounts) -> pa.Table:
    """Make a table with one count a row."""
    of_words = {kind: getattr(counts, kind) for kind in _OF_WORDS}
    columns = {kind: (list(words), [""] * len(words), list(words.values())) for kind, words in of_words.items()}
    cases = list(counts.case_links)
    columns[_OF_CASES] = ([a for a, _ in cases], [b for _, b in cases], list(counts.case_links.values()))
    columns |= {kind: getattr(counts, kind).columns() for kind in _OF_PAIRS}
    tables = [pa.table([[kind] * len(part[2]), *part], schema=pa.schema(_COLUMNS)) for kind, part in columns.items()]
    return pa.concat_tables(tables).combine_chunks()


def _decode_counts(table: pa.Table) -> CooccurrenceCounts:
    """Read a table that :func:`_encode_counts` made."""

    def columns(kind: str) -> list[pa.Array]:
        rows = table.filter(pc.equal(table.column("kind"), kind))
        return [rows.column(name).combine_chunks() for name in ("word", "other", "count")]

    counts: dict[str, Any] = {}
    for kind in _OF_WORDS:
        words, _, numbers = columns(kind)
        counts[kind] = dict(zip(words.to_pylist(), numbers.to_pylist(), strict=True))
    for kind in _OF_PAIRS:
        counts[kind] = PairCounts.from_columns(*columns(kind))
    source, target, numbers = (column.to_pylist() for column in columns(_OF_CASES))
    counts[_OF_CASES] = dict(zip(zip(source, target, strict=True), numbers, strict=True))
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
