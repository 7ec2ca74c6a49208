"""Label projection for one sentence pair and for batches: candidates, score and matching put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from silverner.projection.coerce import Entities, Links, read_entities, read_links
from silverner.projection.errors import DataError
from silverner.projection.links import Link, Symmetrisation, symmetrise
from silverner.projection.matching.allowed_spans import allowed_spans
from silverner.projection.matching.bipartite import match_bipartite
from silverner.projection.matching.candidate import Candidate
from silverner.projection.matching.choices import Matcher
from silverner.projection.matching.exact import match_exact
from silverner.projection.matching.greedy import match_greedy
from silverner.projection.matching.heuristic import project_runs
from silverner.projection.matching.proposal import propose
from silverner.projection.matching.repeat import match_repeated
from silverner.projection.matching.settings import ProjectorSettings
from silverner.projection.result import Projection, collect_projection
from silverner.projection.scoring.capitalisation import Case, corpus_cases
from silverner.projection.scoring.choices import Score
from silverner.projection.scoring.confidence import confidence
from silverner.projection.scoring.cooccurrence import count_cooccurrences
from silverner.projection.scoring.evidence import NO_CORPUS_EVIDENCE, NO_EVIDENCE, CorpusEvidence, SentenceEvidence
from silverner.projection.scoring.scores import SCORE_FUNCTIONS
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.spans import ProjectedSpan, Span

MATCH_FUNCTIONS = {"exact": match_exact, "greedy": match_greedy, "bipartite": match_bipartite}


@dataclass(frozen=True, slots=True, kw_only=True)
class Projector(ProjectorSettings):
    """Projects sentence pairs by its settings; :meth:`__call__` projects one pair."""

    def __call__(
        self,
        source: Sequence[str],
        entities: Entities,
        target: Sequence[str],
        links: Links,
        reverse: Links | None = None,
        *,
        evidence: SentenceEvidence = NO_EVIDENCE,
        where: str = "sentence",
    ) -> Projection:
        """Project the entities of one sentence onto its counterpart.

        :param source: Source tokens.
        :param entities: Their entities, as IOB2 tags or as spans that do not overlap.
        :param target: Target tokens.
        :param links: Alignment, ``(source token, target token)`` with or without a weight in [0, 1], or a Pharaoh line.
        :param reverse: Links of the target-to-source run if there are two, source token first too.
        :param evidence: What else is known of the pair.
        :param where: What to call the sentence in an error message.
        :returns: The projected entities.
        :raises DataError: when tags, spans or links do not fit the tokens, or glosses the entities.
        """
        spans = read_entities(entities, len(source), where)
        evidence.check(len(spans), len(source), len(target), where=where)
        forward = read_links(links, len(source), len(target), where)
        backward = None if reverse is None else read_links(reverse, len(source), len(target), where)
        return self.project_pair(self.pair(source, spans, target, forward, backward, evidence))

    def pair(
        self,
        source: Sequence[str],
        entities: Sequence[Span],
        target: Sequence[str],
        forward: Sequence[Link],
        reverse: Sequence[Link] | None,
        evidence: SentenceEvidence,
    ) -> SentencePair:
        """Make a sentence pair, with its symmetrised links, of entities and links that have been read already.

        :param source: Source tokens.
        :param entities: Their entities, from left to right.
        :param target: Target tokens.
        :param forward: Sorted links, each once.
        :param reverse: The links of the other direction, if there are any.
        :param evidence: What else is known of the pair.
        :returns: The pair.
        """
        return SentencePair(
            source=source,
            target=target,
            entities=entities,
            links=forward if reverse is None else symmetrise(forward, reverse, self.symmetrise),
            forward=forward,
            reverse=forward if reverse is None else reverse,
            evidence=evidence,
        )

    def project_pair(self, pair: SentencePair) -> Projection:
        """Project the entities of a pair.

        :param pair: The pair; its tokens, entities and links fit each other.
        :returns: The projected entities.
        """
        if not pair.entities:
            return collect_projection(pair, [])
        allowed = allowed_spans(pair, labels=self.capitals, initial=self.initial)
        scores = None if self.span_score == "fitted" else SCORE_FUNCTIONS[self.span_score](pair, self.weights)
        candidates = propose(pair, self, allowed=allowed, scores=scores)
        if scores is not None and self.matcher == "heuristic":
            projected = project_runs(pair, scores, allowed)
        else:
            projected = [_projected(pair.entities[c.entity], c) for c in self._match(candidates)]
        return collect_projection(pair, self._with_confidence(projected, pair.entities, candidates))

    def _with_confidence(
        self, projected: Sequence[ProjectedSpan], entities: Sequence[Span], candidates: Sequence[Candidate]
    ) -> list[ProjectedSpan]:
        """Give every span a confidence that has none, by the best place for its entity that was not chosen."""
        chosen = {(span.source_start, span.start, span.end) for span in projected}
        rivals: dict[int, float] = {}
        for c in candidates:
            source = entities[c.entity].start
            if (source, c.start, c.end) not in chosen:
                rivals[source] = max(rivals.get(source, 0.0), c.score)
        return [
            replace(
                span,
                confidence=confidence(self.span_score, chosen=span.score, rival=rivals.get(span.source_start, 0.0)),
            )
            if span.confidence is None
            else span
            for span in projected
        ]

    def _match(self, candidates: list[Candidate]) -> list[Candidate]:
        """Choose among the candidates."""
        match = MATCH_FUNCTIONS[self.matcher]
        if self.projections == 1:
            return match(candidates, threshold=self.lowest_score)
        return match_repeated(
            match,
            candidates,
            times=self.projections,
            lowest_repeat_score=self.repeat,
            threshold=self.lowest_score,
        )


def project(
    source: Sequence[str],
    entities: Entities,
    target: Sequence[str],
    links: Links,
    reverse: Links | None = None,
    *,
    matcher: Matcher = "exact",
    score: Score = "fitted",
    symmetrise: Symmetrisation = "gdfa",
    threshold: float | None = None,
) -> Projection:
    """Project the entities of one sentence onto its translation.

    :param source: Source tokens.
    :param entities: Their entities, as IOB2 tags or ``(start, end, label)`` spans.
    :param target: Target tokens.
    :param links: Alignment, ``(source token, target token)`` with or without a weight in [0, 1], or a Pharaoh line.
    :param reverse: Links of the target-to-source run if there are two, source token first too.
    :param matcher: ``exact``, ``greedy``, ``heuristic`` or ``bipartite``.
    :param score: ``fitted``, ``fused`` or ``dice``.
    :param symmetrise: How to make one alignment of two directions, see :func:`~silverner.projection.symmetrise`.
    :param threshold: An entity is not projected when its best span scores this or less, see :class:`Projector`.
    :returns: The projected spans with their scores, and the entities that were lost.
    :raises DataError: when tags, spans or links do not fit the tokens.
    :raises UsageError: for an unknown matcher, score or symmetrisation.

    >>> result = project(
    ...     ["Ana", "visits", "New", "York"], ["B-PER", "O", "B-LOC", "I-LOC"],
    ...     ["Ana", "visita", "Nueva", "York"], [(0, 0), (1, 1), (2, 2), (3, 3)],
    ... )
    >>> result.tags
    ['B-PER', 'O', 'B-LOC', 'I-LOC']
    >>> [(s.start, s.end, s.label, s.source_start, s.source_end) for s in result.spans]
    [(0, 1, 'PER', 0, 1), (2, 4, 'LOC', 2, 4)]
    """
    projector = Projector(matcher=matcher, score=score, symmetrise=symmetrise, threshold=threshold)
    return projector(source, entities, target, links, reverse)


def project_batch(
    sources: Sequence[Sequence[str]],
    entities: Sequence[Entities],
    targets: Sequence[Sequence[str]],
    links: Sequence[Links],
    reverse: Sequence[Links] | None = None,
    *,
    projector: Projector | None = None,
    evidence: Sequence[SentenceEvidence] | None = None,
    corpus: CorpusEvidence = NO_CORPUS_EVIDENCE,
) -> list[Projection]:
    """Project the sentence pairs of a corpus with the same settings.

    What the whole corpus says is evidence, too: how words are written and linked elsewhere. It is read from these very
    pairs where it is not given, so a sentence may be projected otherwise in another corpus.

    :param sources: Source tokens of every pair.
    :param entities: Their entities, as for :func:`project`.
    :param targets: Target tokens of every pair.
    :param links: Their alignments.
    :param reverse: The alignments of the other direction, if there are any.
    :param projector: The settings; the defaults of :class:`Projector` if left out.
    :param evidence: What else is known of every pair.
    :param corpus: What holds for all pairs.
    :returns: One projection a pair, in order.
    :raises DataError: when the lists differ in length, or a pair breaks a rule (its index is in the message).

    >>> [p.tags for p in project_batch([["Ana"]], [["B-PER"]], [["Doña", "Ana"]], [[(0, 1)]])]
    [['O', 'B-PER']]
    >>> germany = [["Germany"]], [["B-LOC"]], [["in", "Deutschland"]], [[]]
    >>> glosses = [SentenceEvidence(glosses=[["Deutschland"]])]
    >>> project_batch(*germany)[0].tags, project_batch(*germany, evidence=glosses)[0].tags
    (['O', 'O'], ['O', 'B-LOC'])
    """
    columns: list[Sequence[object]] = [sources, entities, targets, links]
    columns += [column for column in (reverse, evidence) if column is not None]
    if len({len(column) for column in columns}) > 1:
        raise DataError(f"a batch needs lists of one length; these have {', '.join(str(len(c)) for c in columns)}")
    projector = projector or Projector()
    sides = list(zip(sources, targets, strict=True))
    forward = _read_all(links, sides)
    backward = None if reverse is None else _read_all(reverse, sides)
    pair_evidence = [NO_EVIDENCE] * len(sides) if evidence is None else evidence
    spans = [
        read_entities(e, len(source), f"pair {k}") for k, (e, source) in enumerate(zip(entities, sources, strict=True))
    ]
    for k, (known, e, side) in enumerate(zip(pair_evidence, spans, sides, strict=True)):
        known.check(len(e), *map(len, side), where=f"pair {k}")
    if corpus.cooccurrences is None and projector.needs_cooccurrences:
        counts = count_cooccurrences(sources, targets, forward, backward, entities=spans)
        corpus = replace(corpus, cooccurrences=counts)
    cases = corpus_cases(targets) if projector.capitals != () or projector.score != "dice" else [None] * len(sides)
    reverse_links = [None] * len(sides) if backward is None else backward
    rows = zip(sources, spans, targets, forward, reverse_links, pair_evidence, cases, strict=True)
    projections = []
    for s, e, t, f, b, sentence, case in rows:
        known = _completed(sentence, case, corpus) if e else sentence
        projections.append(projector.project_pair(projector.pair(s, e, t, f, b, known)))
    return projections


def _completed(evidence: SentenceEvidence, cases: Sequence[Case] | None, corpus: CorpusEvidence) -> SentenceEvidence:
    """Add to the evidence of a pair what its corpus says."""
    target_cases = cases if evidence.target_cases is None else evidence.target_cases
    return replace(evidence, target_cases=target_cases, corpus=corpus)


def _read_all(column: Sequence[Links], sides: Sequence[tuple[Sequence[str], Sequence[str]]]) -> list[list[Link]]:
    return [
        read_links(links, len(source), len(target), f"pair {k}")
        for k, (links, (source, target)) in enumerate(zip(column, sides, strict=True))
    ]


def _projected(entity: Span, chosen: Candidate) -> ProjectedSpan:
    place = chosen.start, chosen.end, entity.label
    return ProjectedSpan(*place, chosen.score, entity.start, entity.end, chosen.confidence)
