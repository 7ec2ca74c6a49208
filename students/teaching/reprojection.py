"""Reprojection: projects labels again, with the entities of a student as candidates and its probabilities as votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from silverner.projection.coerce import read_links
from silverner.projection.errors import UsageError
from silverner.projection.languages import find_language
from silverner.projection.projector import Projector
from silverner.projection.scoring.capitalisation import SCRIPTS_WITH_CAPITALS, Case, corpus_cases
from silverner.projection.scoring.cooccurrence import count_cooccurrences
from silverner.projection.scoring.evidence import CorpusEvidence, SentenceEvidence
from silverner.projection.spans import Span, spans_from_tags, tag_names
from silverner.students.corpus import Row
from silverner.students.targets import Reals

VOTE_CONFIDENCE = 0.9
"""Lowest mean probability at which a student's vote counts."""


@dataclass(frozen=True, slots=True)
class CorpusStatistics:
    """What the whole corpus says of its words, and the projector that reads it."""

    projector: Projector
    cases: Sequence[Sequence[Case]] | None
    corpus: CorpusEvidence


def corpus_statistics(rows: Sequence[Row], language: str) -> CorpusStatistics:
    """Count the words of a corpus.

    :param rows: Its rows.
    :param language: Its language; capitals are read only in a language that is in the table and has them.
    :returns: What the corpus says of its words.
    """
    projector = Projector(proposer="union")
    links = [read_links(row.links, len(row.source_tokens), len(row.tokens), row.id) for row in rows]
    tokens = [row.tokens for row in rows]
    counts = None
    if projector.needs_cooccurrences:
        counts = count_cooccurrences(
            [row.source_tokens for row in rows], tokens, links, links, entities=[row.source_spans for row in rows]
        )
    corpus = CorpusEvidence(cooccurrences=counts, entities_are_predicted=True)
    try:
        cased = find_language(language).script in SCRIPTS_WITH_CAPITALS
    except UsageError:
        cased = False
    return CorpusStatistics(projector, corpus_cases(tokens) if cased else None, corpus)


def reproject(row: Row, number: int, probabilities: Reals, labels: Sequence[str], statistics: CorpusStatistics) -> Row:
    """Project a row again with the student's entities as candidates, then let the student vote.

    :param row: The row.
    :param number: Its index in the corpus.
    :param probabilities: Those of the student, shape (tokens, tags).
    :param labels: The labels of the corpus and the student.
    :param statistics: What the whole corpus says of its words.
    :returns: The row with other entities; one without an alignment is only voted on.
    """
    student_spans = spans_from_probabilities(probabilities, labels)
    spans, confidences = list(row.spans), dict(zip(row.spans, row.confidences, strict=True))
    score = row.score
    if row.source_tokens and row.links:
        projection = statistics.projector(
            row.source_tokens,
            row.source_spans,
            row.tokens,
            row.links,
            evidence=SentenceEvidence(
                target_cases=statistics.cases[number] if statistics.cases else None,
                untranslated_tokens=row.untranslated_tokens,
                tagger_entities=student_spans,
                corpus=statistics.corpus,
            ),
            where=row.id,
        )
        confidences = {
            Span(s.start, s.end, s.label): min(s.score, 1.0) if s.confidence is None else s.confidence
            for s in projection.spans
        }
        spans, score = list(confidences), min(projection.score, 1.0)
    voted = vote(spans, student_spans, probabilities)
    return replace(
        row, spans=tuple(voted), confidences=tuple(confidences.get(s, VOTE_CONFIDENCE) for s in voted), score=score
    )


def vote(projected: Sequence[Span], student_spans: Sequence[Span], probabilities: Reals) -> list[Span]:
    """Drop projected entities that the student is certain are none, and add its own that it is certain of.

    :param projected: The projected entities.
    :param student_spans: The entities of the student.
    :param probabilities: Those of the student, shape (tokens, tags).
    :returns: The entities from left to right; no two overlap.
    """
    spans = [span for span in projected if probabilities[span.start : span.end, 0].mean() < VOTE_CONFIDENCE]
    for span in student_spans:
        free = all(span.end <= rival.start or rival.end <= span.start for rival in spans)
        if free and probabilities[span.start : span.end].max(axis=1).mean() >= VOTE_CONFIDENCE:
            spans.append(span)
    return sorted(spans)


def spans_from_probabilities(probabilities: Reals, labels: Sequence[str]) -> list[Span]:
    """Read entities from probabilities; a broken sequence of tags is read as the CoNLL scorer reads it.

    :param probabilities: Shape (tokens, tags).
    :param labels: The labels.
    :returns: The entities from left to right.
    """
    names = tag_names(labels)
    return spans_from_tags([names[k] for k in probabilities.argmax(axis=1)], repair=True)
