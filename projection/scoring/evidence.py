"""What is known of a sentence pair beside its tokens, its entities and its links.

All of it is optional and travels as one object from the stage to whatever reads it. A new kind of evidence is a field
here with the column it is read from, the stage that writes this column, and the part of the score that reads the field.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.links import Link, check_links, parse_pharaoh
from silverner.projection.scoring.capitalisation import Case
from silverner.projection.scoring.cooccurrence import CooccurrenceCounts
from silverner.projection.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusEvidence:
    """What holds for every sentence of a corpus.

    :param cooccurrences: Counts over the whole corpus; without them every sentence speaks for itself.
    :param entities_are_predicted: Whether an engine labelled the source. Labels of people are believed: an entity that
        the source writes in small letters may stand in small letters.
    """

    cooccurrences: CooccurrenceCounts | None = None
    entities_are_predicted: bool = False


NO_CORPUS_EVIDENCE = CorpusEvidence()


def _read_spans(rows: Sequence[Mapping[str, Any]]) -> list[Span]:
    return [Span(**row) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceEvidence:
    """What is known of one sentence pair.

    :param target_cases: What the case of every target token says
        (:mod:`silverner.projection.scoring.capitalisation`); without it, capitals forbid no span.
    :param glosses: For every entity, from left to right, words of its name in the target language
        (:mod:`silverner.projection.translation.glossary`).
    :param untranslated_tokens: Source tokens that a translator copied because it did not know them.
    :param tagger_entities: Entities that a tagger found in the target, for the proposers ``ner`` and ``union``; their
        labels are ignored.
    :param soft_forward: Soft links of the source-to-target direction: for each source token the probabilities of target
        tokens. Only an aligner that compares vectors has soft links.
    :param soft_reverse: Those of the target-to-source direction, source token first too.
    :param corpus: What holds for every sentence.
    """

    target_cases: Sequence[Case] | None = field(default=None, metadata={"column": "target.cases"})
    glosses: Sequence[Sequence[str]] = field(default=(), metadata={"column": "source.glosses"})
    untranslated_tokens: Collection[int] = field(default=(), metadata={"column": "source.unknown"})
    tagger_entities: Sequence[Span] = field(
        default=(), metadata={"column": "target.tagger_entities", "read": _read_spans}
    )
    soft_forward: Sequence[Link] | None = field(
        default=None, metadata={"column": "links.soft_forward", "read": parse_pharaoh}
    )
    soft_reverse: Sequence[Link] | None = field(
        default=None, metadata={"column": "links.soft_reverse", "read": parse_pharaoh}
    )
    corpus: CorpusEvidence = NO_CORPUS_EVIDENCE

    def check(self, entities: int, source_length: int, target_length: int, *, where: str) -> None:
        """Refuse glosses and soft links that do not fit the sentence pair.

        :param entities: Entities of the source.
        :param source_length: Source tokens.
        :param target_length: Target tokens.
        :param where: What to call the sentence in a message.
        :raises DataError: when there are glosses of other entities, soft links of other tokens, or of one direction.
        """
        if self.glosses and len(self.glosses) != entities:
            raise DataError(f"{where}: {len(self.glosses)} glosses for {entities} entities")
        if (self.soft_forward is None) != (self.soft_reverse is None):
            raise DataError(f"{where}: soft links of one direction alone; give those of both directions, or none")
        for links in (self.soft_forward, self.soft_reverse):
            check_links(links or (), source_length, target_length, where=f"{where}, soft links")


NO_EVIDENCE = SentenceEvidence()
EVIDENCE_COLUMNS: tuple[str, ...] = tuple(f.metadata["column"] for f in fields(SentenceEvidence) if f.metadata)
"""The columns of a batch that hold evidence."""


def read_evidence(
    columns: Mapping[str, Sequence[Any]], count: int, corpus: CorpusEvidence = NO_CORPUS_EVIDENCE
) -> list[SentenceEvidence]:
    """Read the evidence of every sentence of a batch.

    :param columns: Columns by name; those of :data:`EVIDENCE_COLUMNS` are read, others are not looked at.
    :param count: Number of sentences.
    :param corpus: What holds for every sentence.
    :returns: One evidence a sentence.

    >>> [evidence.glosses for evidence in read_evidence({"source.glosses": [[["Deutschland"]], []]}, 2)]
    [[['Deutschland']], []]
    """
    values: dict[str, list[Any]] = {}
    for entry in fields(SentenceEvidence):
        column = str(entry.metadata.get("column"))
        if column in columns:
            read: Callable[[Any], Any] = entry.metadata.get("read", lambda value: value)
            values[entry.name] = [read(value) for value in columns[column]]
    if not values:
        return [SentenceEvidence(corpus=corpus)] * count
    rows = zip(*values.values(), strict=True)
    return [SentenceEvidence(**dict(zip(values, row, strict=True)), corpus=corpus) for row in rows]
