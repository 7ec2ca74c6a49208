"""Label projection for one sentence pair and for batches: candidates, score and matching put together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from silverner.projection.coerce import Entities, Links, read_entities, read_links
from silverner.projection.errors import DataError, UsageError, nearest
from silverner.projection.links import SYMMETRISATIONS, Link, Symmetrisation, symmetrise
from silverner.projection.matching.bipartite import match_bipartite
from silverner.projection.matching.candidate import Candidate
from silverner.projection.matching.candidates import FORBIDDEN, aligned_runs, ngrams, of_spans
from silverner.projection.matching.choices import INITIALS, MATCHERS, PROPOSERS, Initial, Matcher, Proposer
from silverner.projection.matching.exact import match_exact
from silverner.projection.matching.greedy import match_greedy
from silverner.projection.matching.heuristic import project_runs
from silverner.projection.matching.repeat import repeated
from silverner.projection.result import Projection, account
from silverner.projection.scoring.capitalisation import NAMES, Case, Shape, raw_case, read_cases, shape_of
from silverner.projection.scoring.choices import SCORES, Score
from silverner.projection.scoring.confidence import confidence
from silverner.projection.scoring.context import DOTS
from silverner.projection.scoring.cooccurrence import Lexicon, count_words
from silverner.projection.scoring.fused import EVIDENCE, THRESHOLD, Evidence, Pair
from silverner.projection.scoring.weights import WEIGHTS, Weights
from silverner.projection.spans import ProjectedSpan, Span

MATCH = {"exact": match_exact, "greedy": match_greedy, "bipartite": match_bipartite}
REPEAT = 0.75
"""What a further mention of an entity must score more than, where an entity may have several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projector:
    """The settings of a projection; :meth:`__call__` projects one sentence pair.

    :param matcher: ``exact``, ``greedy``, ``heuristic`` or ``bipartite``.
    :param score: ``fused`` or ``dice``; the heuristic chooses by links alone and only reports it.
    :param weights: The parts of the fused score.
    :param symmetrise: How to make one alignment of two directions.
    :param threshold: An entity is not projected when its best span scores this or less; ``None`` is what suits the
        score, 0.25 for fused and 0 for dice.
    :param proposer: Where candidates come from: ``ngram``, every span; ``runs``, aligned runs; ``ner``, what a tagger
        found in the target; ``union``, both of these. The heuristic has its own.
    :param max_length: Longest n-gram in tokens; ``None`` is no limit.
    :param forbidden: Characters no n-gram may contain, but for those the entity itself has.
    :param projections: Most spans an entity may get, for names the target mentions again.
    :param repeat: What every further mention must score more than: :func:`~silverner.projection.matching.repeated`.
    :param capitals: Labels whose entities are names, and written with a capital:
        :mod:`silverner.projection.scoring.capitalisation`. They are
        held to it where :meth:`__call__` is told the cases of the target's tokens.
    :param initial: ``capital``: such a name does not begin with a small word either, unless the source has the same
        small word in it (``von``); good for languages that put no noun before a name.
    """

    matcher: Matcher = "exact"
    score: Score = "fused"
    weights: Weights = WEIGHTS
    symmetrise: Symmetrisation = "gdfa"
    threshold: float | None = None
    proposer: Proposer = "ngram"
    max_length: int | None = None
    forbidden: str = FORBIDDEN
    projections: int = 1
    repeat: float = REPEAT
    capitals: tuple[str, ...] = NAMES
    initial: Initial = "any"

    def __post_init__(self) -> None:
        """Refuse unknown names at once.

        :raises UsageError: naming the allowed values.
        """
        choices: tuple[tuple[str, Collection[str]], ...] = (
            *(("matcher", MATCHERS), ("score", SCORES), ("symmetrise", SYMMETRISATIONS)),
            *(("proposer", PROPOSERS), ("initial", INITIALS)),
        )
        for name, allowed in choices:
            if getattr(self, name) not in allowed:
                raise UsageError(
                    f"unknown {name} {getattr(self, name)!r}; {nearest(str(getattr(self, name)), allowed)}"
                )
        for name in ("threshold", "repeat"):
            if not 0.0 <= (getattr(self, name) or 0.0) < float("inf"):
                raise UsageError(f"{name} {getattr(self, name)} is not a number from 0")
        if self.max_length is not None and self.max_length < 1:
            raise UsageError(f"max_length {self.max_length} leaves no candidate; it must be 1 or more")
        if self.projections < 1:
            raise UsageError(f"projections {self.projections} leaves no entity a place; it must be 1 or more")
        if self.matcher == "heuristic" and (self.threshold or self.max_length is not None or self.projections > 1):
            raise UsageError(
                "the heuristic follows the links alone: it takes neither threshold, max_length nor projections"
            )

    @property
    def needs_lexicon(self) -> bool:
        """Whether the score makes use of what the whole corpus says of its words."""
        parts = self.weights
        return self.score == "fused" and bool(parts.lexicon or parts.cohesion or parts.article)

    @property
    def least(self) -> float:
        """What a span must score more than: the threshold, or what suits the score."""
        return THRESHOLD[self.score] if self.threshold is None else self.threshold

    def __call__(
        self,
        source: Sequence[str],
        entities: Entities,
        target: Sequence[str],
        links: Links,
        reverse: Links | None = None,
        *,
        cases: Sequence[Case] | None = None,
        lexicon: Lexicon | None = None,
        unknown: Collection[int] = (),
        found: bool = False,
        tagged: Sequence[Span] = (),
        glosses: Sequence[Sequence[str]] = (),
        where: str = "sentence",
    ) -> Projection:
        """Project the entities of one sentence onto its counterpart.

        :param source: Source tokens.
        :param entities: Their entities, as IOB2 tags or as spans that do not overlap.
        :param target: Target tokens.
        :param links: Alignment, ``(source token, target token)`` with or without a weight in [0, 1], or a Pharaoh line.
        :param reverse: Links of the target-to-source run if there are two, source token first too.
        :param cases: What the case of every target token says; without it, capitals forbid nothing.
        :param lexicon: What the whole corpus says of its words; without it, the sentence speaks for itself.
        :param unknown: Source tokens that a translator copied because it did not know them.
        :param found: Whether an engine found the entities. Those that people marked are believed: one that the source
            writes in small letters may stand in small letters.
        :param tagged: What a tagger found in the target, for the proposers ``ner`` and ``union``; labels are ignored.
        :param glosses: For every entity, from left to right, words of what it is called in the target language
            (:mod:`silverner.projection.translation.glossary`): evidence of the fused score; none where nobody was
            asked.
        :param where: What to call the sentence in an error message.
        :returns: The projected entities.
        :raises DataError: when tags, spans or links do not fit the tokens, or glosses the entities.
        """
        spans = read_entities(entities, len(source), where)
        if glosses and len(glosses) != len(spans):
            raise DataError(f"{where}: {len(glosses)} glosses for {len(spans)} entities")
        forward = read_links(links, len(source), len(target), where)
        backward = forward if reverse is None else read_links(reverse, len(source), len(target), where)
        joined = forward if reverse is None else symmetrise(forward, backward, self.symmetrise)
        pair = Pair(
            source=source, target=target, links=joined, forward=forward, reverse=backward, entities=spans,
            cases=cases, lexicon=lexicon, glosses=glosses,
        )  # fmt: skip
        evidence = EVIDENCE[self.score](pair, self.weights)
        shapes = None if cases is None else [self._shape(pair, entity, cases, unknown, found) for entity in spans]
        candidates = self._candidates(pair, evidence, shapes, tagged)
        if self.matcher == "heuristic":
            projected = project_runs(pair, evidence, shapes)
        else:
            projected = [_projected(spans[c.entity], c) for c in self._match(candidates)]
        return account(pair, self._sure(projected, spans, candidates))

    def _sure(
        self, projected: Sequence[ProjectedSpan], entities: Sequence[Span], candidates: Sequence[Candidate]
    ) -> list[ProjectedSpan]:
        """Add to every span how sure it is, by the best place for its entity that was not chosen."""
        taken = {(span.source_start, span.start, span.end) for span in projected}
        rivals: dict[int, float] = {}
        for c in candidates:
            source = entities[c.entity].start
            if (source, c.start, c.end) not in taken:
                rivals[source] = max(rivals.get(source, 0.0), c.score)
        return [
            replace(
                span, confidence=confidence(self.score, chosen=span.score, rival=rivals.get(span.source_start, 0.0))
            )
            for span in projected
        ]

    def _candidates(
        self, pair: Pair, evidence: Evidence, shapes: Sequence[Shape] | None, tagged: Sequence[Span]
    ) -> list[Candidate]:
        """Propose target spans for every entity, with their scores."""
        if self.proposer == "ngram":
            return ngrams(
                evidence,
                pair.entities,
                pair.target,
                source=pair.source,
                forbidden=self.forbidden,
                max_length=self.max_length,
                shapes=shapes,
                inner=DOTS if self.score == "fused" else (),
            )
        runs = [aligned_runs(pair.links, e) if self.proposer != "ner" else [] for e in pair.entities]
        spots = [(span.start, span.end) for span in tagged] if self.proposer != "runs" else []
        return of_spans(evidence, pair.entities, [[*own, *spots] for own in runs], shapes=shapes)

    def _match(self, candidates: list[Candidate]) -> list[Candidate]:
        """Choose among the candidates."""
        match = MATCH[self.matcher]
        if self.projections == 1:
            return match(candidates, threshold=self.least)
        return repeated(match, candidates, times=self.projections, least=self.repeat, threshold=self.least)

    def _shape(self, pair: Pair, entity: Span, cases: Sequence[Case], unknown: Collection[int], found: bool) -> Shape:
        """Say which target spans can carry an entity."""
        particles, labels = None, self.capitals
        held = pair.source[entity.start : entity.end]
        if not found and not any(raw_case(word) == "capital" for word in held):
            labels = ()
        if self.initial == "capital":
            small = {word for word in held if raw_case(word) == "small"}
            particles = [j for j, word in enumerate(pair.target) if word in small]
        return shape_of(entity.label, cases, pair.links, labels=labels, unknown=unknown, particles=particles)


def project(
    source: Sequence[str],
    entities: Entities,
    target: Sequence[str],
    links: Links,
    reverse: Links | None = None,
    *,
    matcher: Matcher = "exact",
    score: Score = "fused",
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
    :param score: ``fused`` or ``dice``.
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
    cases: Sequence[Sequence[Case]] | None = None,
    lexicon: Lexicon | None = None,
    glosses: Sequence[Sequence[Sequence[str]]] | None = None,
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
    :param cases: What the case of every target token says, as
        :func:`~silverner.projection.scoring.capitalisation.read_cases` tells.
    :param lexicon: What words are linked to and stand beside, as
        :func:`~silverner.projection.scoring.cooccurrence.count_words` tells.
    :param glosses: For every pair what its entities are called in the target language:
        :mod:`silverner.projection.translation.glossary`.
    :returns: One projection a pair, in order.
    :raises DataError: when the lists differ in length, or a pair breaks a rule (its index is in the message).

    >>> [p.tags for p in project_batch([["Ana"]], [["B-PER"]], [["Doña", "Ana"]], [[(0, 1)]])]
    [['O', 'B-PER']]
    >>> germany = [["Germany"]], [["B-LOC"]], [["in", "Deutschland"]], [[]]
    >>> project_batch(*germany)[0].tags, project_batch(*germany, glosses=[[["Deutschland"]]])[0].tags
    (['O', 'O'], ['O', 'B-LOC'])
    """
    columns: list[Sequence[object]] = [sources, entities, targets, links]
    columns += [side for side in (reverse, cases, glosses) if side is not None]
    if len({len(column) for column in columns}) > 1:
        raise DataError(f"a batch needs lists of one length; these have {', '.join(str(len(c)) for c in columns)}")
    run = projector or Projector()
    sides = list(zip(sources, targets, strict=True))
    there = _read_all(links, sides)
    back = None if reverse is None else _read_all(reverse, sides)
    known: Sequence[Sequence[Case] | None] = [None] * len(sides) if cases is None else cases
    if cases is None and (run.capitals or run.score == "fused"):
        known = read_cases(targets)
    words = count_words(sources, targets, there, back) if lexicon is None and run.needs_lexicon else lexicon
    backward = [None] * len(sides) if back is None else back
    said: Sequence[Sequence[Sequence[str]]] = [()] * len(sides) if glosses is None else glosses
    rows = zip(sources, entities, targets, there, backward, known, said, strict=True)
    return [
        run(s, e, t, a, b, cases=c, lexicon=words, glosses=g, where=f"pair {k}")
        for k, (s, e, t, a, b, c, g) in enumerate(rows)
    ]


def _read_all(column: Sequence[Links], sides: Sequence[tuple[Sequence[str], Sequence[str]]]) -> list[list[Link]]:
    return [
        read_links(links, len(source), len(target), f"pair {k}")
        for k, (links, (source, target)) in enumerate(zip(column, sides, strict=True))
    ]


def _projected(entity: Span, chosen: Candidate) -> ProjectedSpan:
    return ProjectedSpan(chosen.start, chosen.end, entity.label, chosen.score, entity.start, entity.end)
