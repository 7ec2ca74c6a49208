"""Estimates how good a corpus is from a sample that people judged, where there is no gold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from silverner.dataset_cards.corrections.corpus_rows import CorpusLanguage
from silverner.dataset_cards.corrections.imported import import_sentences
from silverner.dataset_cards.corrections.judgements import Judgement, repeated
from silverner.projection.errors import DataError
from silverner.projection.metrics.share import LEVEL, ShareEstimate, estimate_share
from silverner.projection.readers import Sentence

_ENTITIES_ALONE = (
    "entities that the program missed are not among those judged, so this says nothing of recall; a sample of "
    "sentences shows them: silverner sample --by sentence"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityEstimate:
    """How good the labels of a program are, as a sample shows it.

    :param precision: The share of its entities whose place and label are right.
    :param recall: The share of the entities that people see; ``None`` where only entities of the program were judged.
    :param sentences: The sentences of the sample.
    """

    precision: ShareEstimate
    recall: ShareEstimate | None
    sentences: int

    def facts(self) -> dict[str, Any]:
        """Return everything by name."""
        return {
            "precision": self.precision.facts(),
            "recall": None if self.recall is None else self.recall.facts(),
            "sentences": self.sentences,
        }

    def text(self) -> str:
        """Write it for people, with the method."""
        recall = f"recall: {_ENTITIES_ALONE}" if self.recall is None else f"recall {self.recall} that people see"
        method = (
            f"{LEVEL:g} % intervals of Wilson; entities of one sentence count together ({self.sentences:,} sentences). "
            "They hold for the corpus if silverner sample drew the sample, and people looked at all of it."
        )
        lines = [f"precision {self.precision}", recall, method]
        if self.recall is not None and self.precision.hits == self.precision.items == self.recall.items:
            lines.append(
                "People changed nothing in this sample. If nobody has looked at it yet, these numbers say nothing."
            )
        return "\n".join(lines)


def estimate_from_entities(judgements: Sequence[Judgement], corpus: CorpusLanguage) -> QualityEstimate:
    """Estimate precision from entities of the program that people judged.

    :param judgements: The judgements.
    :param corpus: The language of the corpus that they were drawn from.
    :returns: The estimate.
    :raises DataError: naming entities that are judged twice, or that the corpus does not have.
    """
    spans_of_row = {row.id: row.spans for row in corpus.rows()}
    faults = list(repeated(judgements))
    faults += [
        f"{one.where}: the corpus has no entity {one.span.label} {one.span.start}-{one.span.end} in {one.id!r:.60}"
        for one in judgements
        if one.span not in spans_of_row.get(one.id, ())
    ]
    if faults:
        more = f", and {len(faults) - 1} more such lines" if len(faults) > 1 else ""
        raise DataError(f"{faults[0]}{more}; judge a sample of this very corpus: silverner sample")
    groups: dict[str, list[bool]] = {}
    for one in judgements:
        groups.setdefault(one.id, []).append(one.is_right)
    hits, items = [sum(group) for group in groups.values()], [len(group) for group in groups.values()]
    return QualityEstimate(precision=estimate_share(hits, items), recall=None, sentences=len(groups))


def estimate_from_sentences(sentences: Sequence[Sentence], corpus: CorpusLanguage) -> QualityEstimate:
    """Estimate precision and recall from sentences in which people labelled every entity.

    :param sentences: The sentences, as a reader returns them.
    :param corpus: The language of the corpus that they were drawn from.
    :returns: The estimate.
    :raises DataError: when a sentence is not in the corpus, or does not fit its row.
    """
    imported = import_sentences(sentences, corpus.rows(), labels=corpus.labels, earlier={})
    if imported.absent:
        more = f", and {len(imported.absent) - 1} more" if len(imported.absent) > 1 else ""
        raise DataError(f"{imported.absent[0]} is not in the corpus{more}; judge a sample of this very corpus")
    human = {correction.tokens: set(correction.spans) for correction in imported.corrections}
    program = {row.tokens: set(row.spans) for row in corpus.rows() if row.tokens in human}
    hits = [len(human[tokens] & program[tokens]) for tokens in human]
    return QualityEstimate(
        precision=estimate_share(hits, [len(program[tokens]) for tokens in human]),
        recall=estimate_share(hits, [len(human[tokens]) for tokens in human]),
        sentences=len(human),
    )
